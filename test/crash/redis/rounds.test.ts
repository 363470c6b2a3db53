// Faults of a store in Redis under shoppers: each kind once. redis-rounds.ts runs as many as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPostgresMissing } from '../../support/postgres.ts';
import { ownRedisMissing } from '../../support/redis.ts';
import { assertSound } from '../failure-of.ts';
import { runRedis } from './redis-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 5;
const skip = ownRedisMissing() ?? ownPostgresMissing() ?? false;

test(`${ROUNDS} rounds of faults of a store in Redis (seed ${SEED})`, { skip }, async (t) => {
  const result = await runRedis({ rounds: ROUNDS, seed: SEED });
  const again = `again: node test/crash/redis-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;
  assertSound(result, again);
  assert.equal(result.rounds, ROUNDS);
  // Rounds in which nobody shops show nothing.
  assert.ok(result.confirmed > 50, JSON.stringify(result));
  t.diagnostic(JSON.stringify(result));
});
