// Crashes of servers and of the payment provider under orders and payments: each order ends in one right
// state, and money and units agree by the provider's own ledger and our journal. order-rounds.ts runs as
// many rounds as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { failureOf } from '../failure-of.ts';
import { runOrders, storesHere } from './order-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 20;
const directory = temporaryFolder('orders');

test(`${ROUNDS} rounds of crashes under orders and payments (seed ${SEED})`, async () => {
  const result = await runOrders({ directory, rounds: ROUNDS, seed: SEED });
  const again = `again: node test/crash/order-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;
  assert.equal(failureOf(result), undefined, again);
  assert.equal(result.rounds, ROUNDS);
  assert.equal(result.verified, 3 * storesHere().length);
  // Rounds in which nobody buys show nothing.
  assert.ok(result.orders > 100, JSON.stringify(result));
  assert.ok(result.ends.CONFIRMED! > 10, JSON.stringify(result));
  assert.ok(result.ends.REFUNDED! > 0, JSON.stringify(result));
  assert.ok(result.deaths.missed! <= ROUNDS / 2 || result.deaths.missed === undefined);
});
