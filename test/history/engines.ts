// The engines that histories are recorded against in process. Another one is added with a row.

import { join } from 'node:path';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { slotNamespaces } from '../../src/engines/redis/open-slots.ts';
import { breakOff } from '../support/broken-connections.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { memorySlots } from '../support/memory-slots-kind.ts';
import { type FreshSchema, freshSchema } from '../support/postgres.ts';
import { LOCKING_OF, type PostgresName, withLocking } from '../support/postgres-kind.ts';
import { sharedCluster } from '../support/redis/shared-cluster.ts';
import { breakOffRedis, type FreshNamespace, freshNamespace } from '../support/redis.ts';
import { type FreshSlots, freshSlots, freshSlotsOn } from '../support/redis-slots-kind.ts';
import { freshSpread, type SpreadStore } from '../support/spread-kind.ts';
import type { EngineUnderTest } from './in-process.ts';
import type { Product } from './product.ts';

const memory: EngineUnderTest = {
  open: (time, { openEngine }) => openEngine('memory:', { time }),
};

const addresses = new WeakMap<Engine, string>();
let folder: string | undefined;
let opened = 0;

const sqlite: EngineUnderTest = {
  async open(time, { openEngine }) {
    folder ??= fastFolder('history');
    process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
    opened += 1;
    const address = `sqlite:${join(folder, `${opened}.db`)}`;
    const engine = await openEngine(address, { time });
    addresses.set(engine, address);
    return engine;
  },
  async reopen(closed, time, { openEngine }) {
    const address = addresses.get(closed)!;
    const engine = await openEngine(address, { time });
    addresses.set(engine, address);
    return engine;
  },
};

const schemas = new WeakMap<Engine, FreshSchema>();

/** Each of its connections bears the schema's name, so that the right ones are broken off. */
async function openIn(
  schema: FreshSchema,
  { name, time, product }: { name: PostgresName; time: ManualTime; product: Product },
) {
  const address = new URL(withLocking(schema.address, LOCKING_OF[name]));
  address.searchParams.set('application_name', schema.schema);
  const engine = await product.openEngine(address.href, { time });
  schemas.set(engine, schema);
  return engine;
}

const postgres = (name: PostgresName): EngineUnderTest => ({
  open: async (time, product) => openIn(await freshSchema(), { name, time, product }),
  reopen: (closed, time, product) => openIn(schemas.get(closed)!, { name, time, product }),
  seenLater: true,
  breakOff: (engine, random) => breakOff(schemas.get(engine)!.schema, random),
  remove: (closed) => schemas.get(closed)!.drop(),
});

const spreads = new WeakMap<Engine, SpreadStore>();

const nameOf = (address: string) => new URL(address).searchParams.get('schema')!;

function withName(address: string): string {
  const url = new URL(address);
  url.searchParams.set('application_name', nameOf(address));
  return url.href;
}

async function openSpreadIn(store: SpreadStore, time: ManualTime, product: Product) {
  const parts = store.parts.map((part) => ({ ...part, address: withName(part.address) }));
  const engine = await product.openEngine(withName(store.address), { time, parts });
  spreads.set(engine, store);
  return engine;
}

/** Tea in one part, coffee in another, cocoa at home. */
const coordinator: EngineUnderTest = {
  open: async (time, product) =>
    openSpreadIn(await freshSpread({ north: 'tea', south: 'coffee' }), time, product),
  reopen: (closed, time, product) => openSpreadIn(spreads.get(closed)!, time, product),
  seenLater: true,
  breakOff(engine, random) {
    const { address, parts } = spreads.get(engine)!;
    return breakOff(nameOf(random.pick([address, ...parts.map((part) => part.address)])), random);
  },
  remove: (closed) => spreads.get(closed)!.drop(),
};

const redisStores = new WeakMap<Engine, RedisStore>();

interface RedisStore {
  namespace: FreshNamespace;
  schema: FreshSchema;
}

async function openRedisIn(store: RedisStore, time: ManualTime, product: Product) {
  const record = store.schema.address;
  const engine = await product.openEngine(store.namespace.address, { time, record });
  redisStores.set(engine, store);
  return engine;
}

/** Redis decides, PostgreSQL remembers. */
const redis: EngineUnderTest = {
  async open(time, product) {
    const [namespace, schema] = await Promise.all([freshNamespace(), freshSchema()]);
    return openRedisIn({ namespace, schema }, time, product);
  },
  reopen: (closed, time, product) => openRedisIn(redisStores.get(closed)!, time, product),
  seenLater: true,
  breakOff: (engine, random) => breakOffRedis(redisStores.get(engine)!.namespace.namespace, random),
  async remove(closed) {
    const { namespace, schema } = redisStores.get(closed)!;
    await namespace.drop();
    await schema.drop();
  },
};

/** Each of the pools lies in another slot. */
const SLOTS = 6;

const memorySlotsStore: EngineUnderTest = {
  open: async (time) => memorySlots(SLOTS, time),
  isLookedAtBefore: true,
};

const slotsStores = new WeakMap<Engine, { slots: FreshSlots; schema: FreshSchema }>();

async function openSlotsIn(
  store: { slots: FreshSlots; schema: FreshSchema },
  time: ManualTime,
  product: Product,
) {
  const { slots, schema } = store;
  const engine = await product.openEngine(slots.address, { time, record: schema.address });
  slotsStores.set(engine, store);
  return engine;
}

/** Several slots decide, PostgreSQL remembers. */
const redisSlots = (fresh: () => Promise<FreshSlots>): EngineUnderTest => ({
  async open(time, product) {
    const [slots, schema] = await Promise.all([fresh(), freshSchema()]);
    return openSlotsIn({ slots, schema }, time, product);
  },
  reopen: (closed, time, product) => openSlotsIn(slotsStores.get(closed)!, time, product),
  seenLater: true,
  isLookedAtBefore: true,
  async breakOff(engine, random) {
    const { slots } = slotsStores.get(engine)!;
    const own = random.pick(slotNamespaces(slots.namespace, SLOTS));
    await breakOffRedis(own, random, await slots.serverOf(own));
  },
  async remove(closed) {
    const { slots, schema } = slotsStores.get(closed)!;
    await slots.drop();
    await schema.drop();
  },
});

export const ENGINES = {
  memory,
  sqlite,
  postgres: postgres('postgres'),
  'postgres-conditional': postgres('postgres-conditional'),
  'postgres-optimistic': postgres('postgres-optimistic'),
  coordinator,
  redis,
  'memory-slots': memorySlotsStore,
  'redis-slots': redisSlots(() => freshSlots(SLOTS)),
  'redis-cluster-slots': redisSlots(async () => freshSlotsOn(await sharedCluster(), SLOTS)),
} as const satisfies Record<string, EngineUnderTest>;
