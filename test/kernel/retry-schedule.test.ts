// The schedule of retries, whatever lots are drawn: never sooner than it may, within its bounds, and for
// three days to the millisecond.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  RETRY_FOR_MS,
  RETRY_MIN_MS,
  RETRY_WITHIN_MS,
  retryAfterMs,
} from '../../src/kernel/retry-schedule.ts';

const lots = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

test('every schedule stays within its bounds and ends after three days', () => {
  fc.assert(
    fc.property(lots, fc.nat(60_000), (random, tookMs) => {
      let nowMs = 0;
      let failures = 0;
      while (true) {
        nowMs += tookMs;
        failures += 1;
        const tried = { failures, nowMs, untilMs: RETRY_FOR_MS, random: random.next().value };
        const afterMs = retryAfterMs(tried);
        if (afterMs === undefined) break;
        const within = RETRY_WITHIN_MS[Math.min(failures, RETRY_WITHIN_MS.length) - 1]!;
        assert.ok(Number.isInteger(afterMs) && afterMs <= within);
        assert.ok(afterMs >= RETRY_MIN_MS || nowMs + afterMs === RETRY_FOR_MS);
        assert.equal(retryAfterMs(tried), afterMs, 'the same lot, the same moment');
        nowMs += afterMs;
        // Lots that are all 0 make an attempt each second.
        if (failures > 500) return;
      }
      assert.ok(nowMs >= RETRY_FOR_MS && nowMs <= RETRY_FOR_MS + 2 * tookMs + RETRY_MIN_MS);
    }),
  );
});

test('the bounds grow, and evenly drawn lots make some thirty attempts', () => {
  for (const [index, within] of RETRY_WITHIN_MS.entries()) {
    assert.ok(index === 0 || within > RETRY_WITHIN_MS[index - 1]!);
  }
  let nowMs = 0;
  let failures = 1;
  for (;;) {
    const afterMs = retryAfterMs({ failures, nowMs, untilMs: RETRY_FOR_MS, random: 0.5 });
    if (afterMs === undefined) break;
    nowMs += afterMs;
    failures += 1;
  }
  assert.equal(failures, 30);
});
