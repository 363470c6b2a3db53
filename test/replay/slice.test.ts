// The month that comes with the project: the same result with one command in flight and with a
// thousand, every line counted, and the numbers that a plain count of the file gives.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryEngine } from '../../src/index.ts';
import { essence, linesOf, runReplay } from './replay-run.ts';

const SLICE_LINES = 42_481;
const SLICE_INVOICES = 2_025;
const SLICE_RETURN_LINES = 728;

const MODES = [
  { name: 'all or nothing', partial: false },
  // Enough of the month for stock to run short.
  { name: 'partial', partial: true, invoicesMax: 800 },
];

for (const { name, ...mode } of MODES) {
  test(`one in flight and a thousand come to the same (${name})`, async () => {
    const one = await runReplay({ ...mode, inFlightMax: 1 });
    const many = await runReplay({ ...mode, inFlightMax: 1_000 });
    assert.equal(one.result.inFlightPeak, 1);
    assert.equal(many.result.inFlightPeak, 1_000);
    assert.deepEqual(essence(many), essence(one));
    assert.deepEqual(many.result.problems, []);
    assert.equal(many.verified.ok, true);
    assert.ok(many.result.outcomes.lines['not-enough-stock'] > 0);
  });
}

test('every line and unit has one outcome', async () => {
  const { result } = await runReplay({ inFlightMax: 50 });
  const sum = (counts: Record<string, number>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  assert.equal(result.invoices, SLICE_INVOICES);
  assert.equal(sum(result.outcomes.lines), SLICE_LINES);
  assert.equal(sum(result.outcomes.units), result.units);
});

test('with stock for everything, returns are refused for their own sake alone', async () => {
  const run = await runReplay({ stock: '10000%' });
  const lines = linesOf(run);
  assert.equal(lines['not-enough-stock'], undefined);
  assert.equal(lines['return-of-refused-sale'], undefined);
  const returns = Object.entries(lines).filter(([name]) => /^(return|no-customer)/.test(name));
  assert.equal(
    returns.reduce((total, [, count]) => total + count, 0),
    SLICE_RETURN_LINES,
  );
});

test('a limit stops after so many invoices, and a later run goes on from there', async () => {
  const whole = await runReplay({});
  const engine = new MemoryEngine();
  const half = await runReplay({ invoicesMax: 900 }, engine);
  assert.equal(half.result.invoices, 900);
  assert.deepEqual(half.result.problems, []);
  const rest = await runReplay({}, engine);
  assert.deepEqual(essence(rest), essence(whole));
  assert.ok(rest.result.resumed > 0);
});
