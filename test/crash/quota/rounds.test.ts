// A centre and two nodes as processes, killed, cut off and held up while buyers shop at all three: never
// more is sold than there was, everybody has what he was told, and what was out comes back.
// quota-rounds.ts runs as many rounds as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSound } from '../failure-of.ts';
import { runQuota } from './quota-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 3;
const AGAIN = `again: node test/crash/quota-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;

test(`${ROUNDS} rounds of faults of nodes (seed ${SEED})`, async () => {
  const result = await runQuota({ rounds: ROUNDS, seed: SEED });
  assertSound(result, AGAIN);
  assert.equal(result.rounds, ROUNDS);
  assert.ok(result.sold > 50, 'buyers got through');
  assert.ok(result.refused > 0, 'and more came than there was');
});
