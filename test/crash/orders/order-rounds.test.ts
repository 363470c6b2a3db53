// Crashes of servers and of the payment provider under orders, their payments, stages, vouchers, returns and
// waiting lines: each ends in one right state, and money and units agree by the provider's own ledger and our
// journal. order-rounds.ts runs as many rounds as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { assertSound } from '../failure-of.ts';
import { SOLD } from './order-due.ts';
import { type OrderRunResult, runOrders, storesHere } from './order-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 8;
/** Where a machine is so busy that few buyers come far in a round, more rounds show it. */
const ROUNDS_MAX = 12;
const directory = temporaryFolder('orders');

test(`rounds of crashes under orders and payments (seed ${SEED})`, async () => {
  const result = await runOrders({
    ...{ directory, seed: SEED },
    ...{ rounds: ROUNDS, roundsMax: ROUNDS_MAX, enough: (so) => missing(so).length === 0 },
  });
  const again = `again: node test/crash/order-rounds.ts --rounds ${result.rounds} --seed ${SEED}`;
  assertSound(result, again);
  assert.deepEqual(missing(result), [], JSON.stringify(result));
  assert.ok(result.verified >= storesHere().length, JSON.stringify(result));
});

/** What was not seen often enough: rounds in which nobody buys show nothing. */
function missing({ ends, points, returns, places, ...result }: OrderRunResult): string[] {
  const sold = [...SOLD].reduce((sum, state) => sum + (ends[state] ?? 0), 0);
  // Few come so far in a few rounds; where most kinds of buyers come nowhere, nothing is shown of them.
  const far = [returns.CLOSED, places.TAKEN, ends.REFUNDED, result.stages, result.vouchers];
  const reached = Object.values(points).filter((count) => count > 0).length;
  const seen = {
    orders: result.orders > 5 * ROUNDS,
    sold: sold > ROUNDS / 2,
    told: result.told > 5 * ROUNDS,
    far: far.filter((count = 0) => count > 0).length >= 3,
    points: reached >= ROUNDS / 4,
  };
  return Object.entries(seen).flatMap(([what, is]) => (is ? [] : [what]));
}
