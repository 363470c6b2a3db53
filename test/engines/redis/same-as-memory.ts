// Carries random batches out on a Redis engine and in memory, and compares what they answer and leave. The
// engine's code is the product's, or a copy of it with a fault.

import assert from 'node:assert/strict';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { withoutPosition } from '../../../src/engines/conformance/outcomes.ts';
import type { Engine, Transaction } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import type { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { deadlineOf, indexMembers } from '../../../src/engines/redis/stored-state.ts';
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
    // Nobody else would notice what is filed and should not be.
    const { isSo, shouldBe } = await filed(redis, namespace.address);
    assert.deepEqual(isSo, shouldBe);
  } finally {
    await redis.close();
    await namespace.drop();
  }
}

/** What Redis has filed, by deadline and by account, and what its documents say that it should have. */
async function filed(redis: RedisEngine, address: string) {
  const { deadlines, index, documents: key } = redis.keys;
  const timed = (await ask(address, ['ZRANGE', deadlines, '0', '-1', 'WITHSCORES'])) as string[];
  const members = (await ask(address, ['ZRANGE', index, '0', '-1'])) as string[];
  const found = await redis.documents((await ask(address, ['HKEYS', key])) as string[]);
  const documents = found.filter((document) => document !== undefined);
  const due = documents.filter((document) => deadlineOf(document) !== undefined);
  return {
    isSo: [...timed, ...members].sort(),
    shouldBe: [
      ...due.flatMap((document) => [document.id, String(deadlineOf(document))]),
      ...documents.flatMap(indexMembers),
    ].sort(),
  };
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
