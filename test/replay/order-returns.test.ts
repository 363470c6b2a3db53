// The returns of real orders, in sequence: the month that comes with the project, and the whole year where
// HOLDFAST_ONLINE_RETAIL names it. Totals, stock and money are those of a plain count over the file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countReturns } from './naive-returns.ts';
import { runReturns } from './order-returns.ts';
import { SLICE } from './replay-run.ts';

const year = process.env.HOLDFAST_ONLINE_RETAIL;
const skip = year ? false : 'HOLDFAST_ONLINE_RETAIL names no file';

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

async function compare(file: string) {
  const [run, expected] = [await runReturns(file), await countReturns(file)];
  assert.deepEqual(run.outcomes, expected.outcomes);
  assert.equal(run.units, expected.units);
  assert.equal(run.refunded, expected.refunded);
  const { stock } = run.shop.shop;
  for (const [pool, available] of expected.available) {
    const found = (await stock.pool(pool))!;
    assert.equal(found.available, available, pool);
    assert.equal(found.returning + found.inspecting, 0, pool);
  }
  // Each line that was refused, in whole or in part, was refused for a reason.
  const { part, none, 'no-customer': anonymous } = run.outcomes;
  assert.equal(sum(run.reasons), part + none + anonymous);
  await run.shop.close();
  return run;
}

test('the returns of a month', async (t) => {
  const run = await compare(SLICE);
  assert.equal(sum(run.outcomes), 728);
  t.diagnostic(JSON.stringify({ ...run.outcomes, ...run.reasons, refunded: run.refunded }));
});

test('the returns of a year', { skip }, async (t) => {
  const run = await compare(year!);
  assert.deepEqual(run.outcomes, { full: 7_516, part: 54, none: 1_335, 'no-customer': 383 });
  t.diagnostic(JSON.stringify({ ...run.reasons, units: run.units, refunded: run.refunded }));
});
