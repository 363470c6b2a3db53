// The benchmarks over HTTP at their smallest: every figure is there, whole, and units are conserved.
// How fast anything was is not looked at: it would depend on what else the machine does.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { benchHttp, HTTP_FIGURES } from '../../src/bench/http/http.ts';
import { HTTP_SMALLEST, STORM_SMALLEST } from '../../src/bench/http/scale.ts';
import { benchExpiry, EXPIRY_FIGURES } from '../../src/bench/http/storm.ts';
import { ROOT } from '../support/test-files.ts';
import { assertWhole } from './whole-figure.ts';

const program = join(ROOT, 'bin/holdfast');

test('bench http measures every figure and conserves units', { timeout: 600_000 }, async () => {
  const said: string[] = [];
  const figures = await benchHttp({
    scale: HTTP_SMALLEST,
    program,
    say: (line) => said.push(line),
  });
  assert.deepEqual(
    figures.map(({ name }) => name),
    HTTP_FIGURES,
  );
  for (const figure of figures) assertWhole(figure);
  for (const { name, accepted, refused } of figures) {
    const refuses = name.startsWith('http.refuse');
    assert.ok(refuses ? refused > 0 && accepted === 0 : accepted > 0 && refused === 0, name);
  }
  assert.ok(said.length > 0);
});

test('one figure alone can be asked for', { timeout: 600_000 }, async () => {
  const only = 'http.refuse.half-load';
  const run = { scale: HTTP_SMALLEST, program, only, say: () => {} };
  const figures = await benchHttp(run);
  assert.deepEqual(
    figures.map(({ name }) => name),
    [only],
  );
});

test('bench expiry releases each once', { timeout: 600_000 }, async () => {
  const figures = await benchExpiry({ scale: STORM_SMALLEST, program, say: () => {} });
  assert.deepEqual(
    figures.map(({ name }) => name),
    EXPIRY_FIGURES,
  );
  for (const figure of figures) {
    assertWhole(figure);
    assert.equal(figure.expired, STORM_SMALLEST.due);
    assert.equal(figure.endedTwice, 0);
    assert.ok(figure.accepted > 0);
  }
});
