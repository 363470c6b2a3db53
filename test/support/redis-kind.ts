// How suites open the Redis engine: a namespace of its own for each store, on the shared Redis, with a record
// behind it, in memory or in PostgreSQL; and the same store again after a close.

import type { TimeSource } from '../../src/engines/clock.ts';
import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { RecordedInPostgres } from '../../src/engines/redis/recorded-in-postgres.ts';
import { RedisEngine } from '../../src/engines/redis/redis-engine.ts';
import type { Remembering } from '../../src/engines/redis/remembering.ts';
import { MemoryRecord } from './memory-record.ts';
import { freshSchema } from './postgres.ts';
import { type FreshNamespace, freshNamespace } from './redis.ts';

export interface RedisKind extends EngineUnderTest {
  reopen(closed: Engine, time: TimeSource): Promise<Engine>;
  /** Removes what a closed one has kept. */
  remove(closed: Engine): Promise<void>;
}

interface Store {
  namespace: FreshNamespace;
  /** Opens what remembers it, anew with every engine. */
  remember(time: TimeSource): Promise<Remembering>;
  drop(): Promise<void>;
}

const stores = new WeakMap<Engine, Store>();

async function openStore(store: Store, time: TimeSource): Promise<Engine> {
  const remembering = await store.remember(time);
  const engine = await RedisEngine.open(store.namespace.address, { remembering, time });
  stores.set(engine, store);
  return engine;
}

function kindOf(name: string, made: () => Promise<Store>): RedisKind {
  return {
    name,
    open: async (time) => openStore(await made(), time),
    reopen: (closed, time) => openStore(stores.get(closed)!, time),
    remove: (closed) => stores.get(closed)!.drop(),
  };
}

/** With a record in memory: what the Redis half does by itself. */
export const redisKind = kindOf('redis', async () => {
  const namespace = await freshNamespace();
  const record = new MemoryRecord();
  return { namespace, remember: async () => record, drop: () => namespace.drop() };
});

/** As it is used: PostgreSQL remembers. */
export const recordedRedisKind = kindOf('redis, recorded in postgres', async () => {
  const [namespace, schema] = await Promise.all([freshNamespace(), freshSchema()]);
  return {
    namespace,
    remember: (time) => RecordedInPostgres.open(schema.address, { time }),
    drop: async () => {
      await namespace.drop();
      await schema.drop();
    },
  };
});
