// How suites open a store that lies in several slots of one Redis: a namespace of its own for each store, with a
// record behind it, in memory or in PostgreSQL; and the same store again after a close.

import { randomBytes } from 'node:crypto';
import type { TimeSource } from '../../src/engines/clock.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { keysOf } from '../../src/engines/redis/keys.ts';
import { openSlots, slotNamespaces } from '../../src/engines/redis/open-slots.ts';
import type { Remembering } from '../../src/engines/redis/remembering.ts';
import { MemoryRecord } from './memory-record.ts';
import type { RedisCluster } from './redis/cluster-server.ts';
import { ask } from './redis/server.ts';
import { freshNamespace, provideRedis } from './redis.ts';
import type { RedisKind } from './redis-kind.ts';

export interface SlotsStore {
  address: string;
  remember(time: TimeSource): Promise<Remembering[]>;
  drop(): Promise<void>;
}

const stores = new WeakMap<Engine, SlotsStore>();

export interface FreshSlots {
  address: string;
  namespace: string;
  /** The address of the Redis that has a slot's keys, by the slot's own namespace. */
  serverOf(namespace: string): Promise<string>;
  drop(): Promise<void>;
}

/** A namespace that nobody else has, with so many slots; on the Redis that is named, or the shared one. */
export async function freshSlots(slots: number, server?: string): Promise<FreshSlots> {
  const { address, namespace } = await freshNamespace(server);
  const url = new URL(address);
  url.searchParams.set('slots', String(slots));
  const serverOf = async () => server ?? (await provideRedis());
  return keptAt({ address: url.href, namespace, serverOf }, slots);
}

/** The same on the masters of a cluster. */
export async function freshSlotsOn(cluster: RedisCluster, slots: number): Promise<FreshSlots> {
  const namespace = `test_${randomBytes(8).toString('hex')}`;
  const address = cluster.addressOf({ namespace, slots });
  const serverOf = async (own: string) =>
    cluster.addresses[await cluster.masterOf(keysOf(own).metadata)]!;
  return keptAt({ address, namespace, serverOf }, slots);
}

function keptAt(at: Omit<FreshSlots, 'drop'>, slots: number): FreshSlots {
  const drop = async () => {
    for (const own of slotNamespaces(at.namespace, slots)) {
      await ask(await at.serverOf(own), ['DEL', ...keysOf(own).all]);
    }
  };
  return { ...at, drop };
}

export function memoryRecords(slots: number): MemoryRecord[] {
  const first = new MemoryRecord();
  const others = Array.from({ length: slots - 1 }, () => new MemoryRecord(first));
  return [first, ...others];
}

async function openStore(store: SlotsStore, time: TimeSource): Promise<Engine> {
  const remembering = await store.remember(time);
  const engine = await openSlots(store.address, { remembering, time });
  stores.set(engine, store);
  return engine;
}

export interface SlotsKind extends RedisKind {
  forgetsWhereKeysAre: true;
}

/** On one Redis, or on the masters of a cluster. */
export function slotsKindOf(slots: number, cluster?: () => Promise<RedisCluster>): SlotsKind {
  const made = async (): Promise<SlotsStore> => {
    const { address, drop } =
      cluster === undefined ? await freshSlots(slots) : await freshSlotsOn(await cluster(), slots);
    const records = memoryRecords(slots);
    return { address, remember: async () => records, drop };
  };
  return {
    name: `redis, ${slots} slots${cluster === undefined ? '' : ' on a cluster'}`,
    // Which slot answered a request only the server knows that asked it (ADR 18).
    forgetsWhereKeysAre: true,
    open: async (time) => openStore(await made(), time),
    reopen: (closed, time) => openStore(stores.get(closed)!, time),
    remove: (closed) => stores.get(closed)!.drop(),
  };
}
