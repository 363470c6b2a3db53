// How suites open the Redis engine: a namespace of its own for each store, on the shared Redis, with a record
// in memory behind it; and the same namespace again after a close.

import type { TimeSource } from '../../src/engines/clock.ts';
import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { RedisEngine } from '../../src/engines/redis/redis-engine.ts';
import { MemoryRecord } from './memory-record.ts';
import { type FreshNamespace, freshNamespace } from './redis.ts';

export interface RedisKind extends EngineUnderTest {
  reopen(closed: Engine, time: TimeSource): Promise<Engine>;
  /** Removes what a closed one has kept. */
  remove(closed: Engine): Promise<void>;
}

interface Store {
  namespace: FreshNamespace;
  record: MemoryRecord;
}

const stores = new WeakMap<Engine, Store>();

async function openStore(store: Store, time: TimeSource): Promise<Engine> {
  const { namespace, record } = store;
  const engine = await RedisEngine.open(namespace.address, { remembering: record, time });
  stores.set(engine, store);
  return engine;
}

export const redisKind: RedisKind = {
  name: 'redis',
  open: async (time) =>
    openStore({ namespace: await freshNamespace(), record: new MemoryRecord() }, time),
  reopen: (closed, time) => openStore(stores.get(closed)!, time),
  remove: (closed) => stores.get(closed)!.namespace.drop(),
};
