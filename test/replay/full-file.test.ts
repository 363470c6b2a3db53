// The whole year, where HOLDFAST_ONLINE_RETAIL names the file: the counts of returns that a plain
// reading of the file gives when every sale happens, and the same result one by one and in flight.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { essence, linesOf, runReplay } from './replay-run.ts';

const file = process.env.HOLDFAST_ONLINE_RETAIL;
const skip = file ? false : 'HOLDFAST_ONLINE_RETAIL names no file';

test('returns match what was sold, when every sale happens', { skip }, async () => {
  const run = await runReplay({ file: file!, stock: '5000%' });
  const lines = linesOf(run);
  assert.equal(run.result.lines, 541_909);
  assert.equal(run.result.invoices, 25_900);
  assert.equal(lines.returned, 7_516);
  assert.equal(lines['returned-in-part'], 54);
  assert.equal(lines['return-without-sale']! + lines['return-exceeds-sales']!, 1_335);
  assert.equal(lines['no-customer'], 383);
  const writeOffs = lines['written-off']! + lines['written-off-in-part']!;
  assert.equal(writeOffs + lines['write-off-exceeds-stock']!, 1_336);
  assert.deepEqual(run.result.problems, []);
});

test('a year one by one and a thousand in flight', { skip }, async () => {
  const one = await runReplay({ file: file!, inFlightMax: 1 });
  const many = await runReplay({ file: file!, inFlightMax: 1_000 });
  assert.deepEqual(essence(many), essence(one));
  assert.equal(many.verified.ok, true);
});
