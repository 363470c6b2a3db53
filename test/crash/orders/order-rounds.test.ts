// Crashes of servers and of the payment provider under orders, their payments, stages, vouchers, returns and
// waiting lines: each ends in one right state, and money and units agree by the provider's own ledger and our
// journal. order-rounds.ts runs as many rounds as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { failureOf } from '../failure-of.ts';
import { SOLD } from './order-due.ts';
import { runOrders, storesHere } from './order-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 8;
const directory = temporaryFolder('orders');

test(`${ROUNDS} rounds of crashes under orders and payments (seed ${SEED})`, async () => {
  const result = await runOrders({ directory, rounds: ROUNDS, seed: SEED });
  const again = `again: node test/crash/order-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;
  assert.equal(failureOf(result), undefined, again);
  assert.equal(result.rounds, ROUNDS);
  assert.equal(result.verified, storesHere().length);
  // Rounds in which nobody buys show nothing.
  assert.ok(result.orders > 5 * ROUNDS, JSON.stringify(result));
  const { ends, points, returns, places } = result;
  const sold = [...SOLD].reduce((sum, state) => sum + (ends[state] ?? 0), 0);
  assert.ok(sold > ROUNDS / 2, JSON.stringify(result));
  assert.ok(result.told > 5 * ROUNDS, JSON.stringify(result));
  // Few come so far in a few rounds; where most kinds of buyers come nowhere, nothing is shown of them.
  const far = [returns.CLOSED, places.TAKEN, ends.REFUNDED, result.stages, result.vouchers];
  assert.ok(far.filter((count = 0) => count > 0).length >= 3, JSON.stringify(result));
  const reached = Object.values(points).filter((count) => count > 0).length;
  assert.ok(reached >= ROUNDS / 4, JSON.stringify(points));
});
