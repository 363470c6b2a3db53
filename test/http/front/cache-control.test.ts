// How long a copy of a sale may be kept: never past its opening, however it got to the reader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheControl } from '../../../src/http/front/cache-control.ts';

function seconds(text: string): Record<string, number> {
  const parts = [...text.matchAll(/([a-z-]+)=(\d+)/g)];
  return Object.fromEntries(parts.map(([, name, value]) => [name, Number(value)]));
}

test('while it is open, or may be opened by hand at any moment: a second', () => {
  const open = 'public, max-age=1, s-maxage=1, stale-while-revalidate=5, stale-if-error=60';
  assert.equal(cacheControl('OPEN'), open);
  assert.equal(cacheControl('OPEN', 3_600_000), open);
  assert.equal(cacheControl('ARMED'), open);
});

test('before it opens longer, and no copy outlives that, through a cache and a browser', () => {
  assert.equal(seconds(cacheControl('ARMED', 86_400_000))['s-maxage'], 10);
  for (let leftMs = 0; leftMs <= 60_000; leftMs += 100) {
    const told = seconds(cacheControl('ARMED', leftMs));
    const stale = told['stale-while-revalidate']!;
    const longestMs = 1_000 * (told['s-maxage']! + stale + told['max-age']! + stale);
    assert.ok(longestMs <= Math.max(leftMs, 4_000), `${leftMs} ms before: ${longestMs}`);
    assert.ok(told['s-maxage']! >= 1 && told['max-age'] === 1);
  }
});

test('what is over stays so', () => {
  assert.equal(seconds(cacheControl('CLOSED'))['max-age'], 60);
});
