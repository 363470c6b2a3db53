// The script decides as `apply` does: random transactions with every operator, in batches, come to the same
// on Redis as in memory, answer by answer, entry by entry, and leave the same behind.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { withoutPosition } from '../../../src/engines/conformance/outcomes.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import { redisMissing } from '../../support/redis.ts';
import { redisKind } from '../../support/redis-kind.ts';
import { DOCUMENTS, OWNERS, type Step, steps } from './drawn-transactions.ts';

const RUNS = Number(process.env.HOLDFAST_RUNS ?? 150);
const SEED = Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31));
const LIMIT = 10_000;

async function outcomesOf(engine: Engine, batch: Extract<Step, { batch: object }>['batch']) {
  const outcomes = await Promise.all(await engine.commit(batch));
  return outcomes.map(withoutPosition);
}

async function leftIn(engine: Engine) {
  return {
    owners: await engine.owners(OWNERS),
    documents: await engine.documents(DOCUMENTS),
    due: await engine.due(LIMIT),
    notes: (await engine.find({ kind: 'note', named: true, limit: 9 })).documents,
    entries: await engine.entries({ after: 0, limit: LIMIT }),
  };
}

async function compare(drawn: readonly Step[]): Promise<void> {
  const time = new ManualTime();
  const memory = new MemoryEngine({ time });
  const redis = await redisKind.open(time);
  try {
    for (const step of drawn) {
      if ('passMs' in step) {
        time.passMs(step.passMs);
        continue;
      }
      const expected = await outcomesOf(memory, step.batch);
      assert.deepEqual(await outcomesOf(redis, step.batch), expected);
    }
    const expected = await leftIn(memory);
    await once(
      () => redis.entries({ after: 0, limit: LIMIT }),
      ({ length }) => length >= expected.entries.length,
    );
    assert.deepEqual(await leftIn(redis), expected);
  } finally {
    await redis.close();
    await redisKind.remove(redis);
  }
}

test(`${RUNS} random sequences of batches (seed ${SEED})`, { skip: redisMissing() ?? false }, () =>
  fc.assert(fc.asyncProperty(steps, compare), { numRuns: RUNS, seed: SEED }),
);
