// Carries random batches out on a Redis engine and in memory, and compares what they answer and leave. The
// engine's code is the product's, or a copy of it with a fault.

import assert from 'node:assert/strict';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { withoutPosition } from '../../../src/engines/conformance/outcomes.ts';
import type { Engine, Transaction } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import type { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { MemoryRecord } from '../../support/memory-record.ts';
import { ask } from '../../support/redis/server.ts';
import { freshNamespace } from '../../support/redis.ts';
import { DOCUMENTS, OWNERS, type Step } from './drawn-transactions.ts';

const LIMIT = 10_000;

/** @throws AssertionError at the first difference */
export async function sameAsMemory(
  Redis: typeof RedisEngine,
  drawn: readonly Step[],
): Promise<void> {
  const time = new ManualTime();
  const memory = new MemoryEngine({ time });
  const namespace = await freshNamespace();
  const redis = await Redis.open(namespace.address, { remembering: new MemoryRecord(), time });
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
    assert.deepEqual(await misfiled(redis, namespace.address), []);
  } finally {
    await redis.close();
    await namespace.drop();
  }
}

/** Of what is filed by a deadline: documents that have another, or none. Nobody else would notice them. */
async function misfiled(redis: RedisEngine, address: string): Promise<string[]> {
  const range = ['ZRANGE', redis.keys.deadlines, '0', '-1', 'WITHSCORES'];
  const filed = (await ask(address, range)) as string[];
  const ids = filed.filter((_, at) => at % 2 === 0);
  const documents = await redis.documents(ids);
  return ids.filter((_, at) => documents[at]?.deadlineMs !== Number(filed[2 * at + 1]));
}

async function outcomesOf(engine: Engine, batch: readonly Transaction[]) {
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
