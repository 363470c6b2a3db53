// The script decides as `apply` does: random transactions with every operator, in batches, come to the same
// on Redis as in memory, answer by answer, entry by entry, and leave the same behind.

import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { redisMissing } from '../../support/redis.ts';
import { steps } from './drawn-transactions.ts';
import { sameAsMemory } from './same-as-memory.ts';

/** HOLDFAST_RUNS asks for more. */
const RUNS = Number(process.env.HOLDFAST_RUNS ?? 60);
const SEED = Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31));

test(`${RUNS} random sequences of batches (seed ${SEED})`, { skip: redisMissing() ?? false }, () =>
  fc.assert(
    fc.asyncProperty(steps, (drawn) => sameAsMemory(RedisEngine, drawn)),
    { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: 600_000 },
  ),
);
