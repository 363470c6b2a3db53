// Faults that are planted in a copy of the script are found by comparing batches with memory, random ones for the
// most part. One that is not found means that the comparison has gone blind.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { copyWith } from '../../history/faulty-copy.ts';
import { redisMissing } from '../../support/redis.ts';
import { steps } from './drawn-transactions.ts';
import { sameAsMemory } from './same-as-memory.ts';
import { SCRIPT_FAULTS } from './script-faults.ts';

/** Fixed, so that the numbers can be compared; HOLDFAST_SEED tries others. */
const SEED = Number(process.env.HOLDFAST_SEED ?? 1);
const WITHIN = 300;

async function engineOf(copy: string): Promise<typeof RedisEngine> {
  const path = join(copy, 'src/engines/redis/redis-engine.ts');
  return (await import(pathToFileURL(path).href)).RedisEngine;
}

describe('planted faults of the script', { skip: redisMissing() ?? false }, () => {
  for (const fault of SCRIPT_FAULTS) {
    test(`${fault.name}: found`, async (t) => {
      const faulty = await engineOf(copyWith(fault));
      if (fault.steps !== undefined) {
        await sameAsMemory(RedisEngine, fault.steps);
        await assert.rejects(sameAsMemory(faulty, fault.steps), assert.AssertionError);
        return;
      }
      const property = fc.asyncProperty(steps, (drawn) => sameAsMemory(faulty, drawn));
      const found = await fc.check(property, { numRuns: WITHIN, seed: SEED, endOnFailure: true });
      assert.ok(found.failed, `not found in ${WITHIN} sequences from seed ${SEED}`);
      t.diagnostic(`found in sequence ${found.numRuns}: ${fault.name}`);
    });
  }
});
