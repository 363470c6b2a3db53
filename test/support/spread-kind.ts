// How suites open a store whose pools live in several databases: home and two parts, each with a schema of
// its own on the shared server, and the same schemas again after a close.

import type { TimeSource } from '../../src/engines/clock.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { PartAddress } from '../../src/engines/coordinator/part-address.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { type FreshSchema, freshSchema } from './postgres.ts';
import type { PostgresKind } from './postgres-kind.ts';

/** Which pools live in which part, by how their ids begin. */
export interface Spread {
  name: string;
  north: string;
  south: string;
}

export interface SpreadStore {
  home: FreshSchema;
  address: string;
  parts: PartAddress[];
  drop(): Promise<void>;
}

const stores = new WeakMap<Engine, SpreadStore>();

/** Three schemas that nobody else has. `servers`: of home, north and south, the shared one without. */
export async function freshSpread(
  { north, south }: Pick<Spread, 'north' | 'south'> = { north: 'north:', south: 'south:' },
  servers: readonly (string | undefined)[] = [],
): Promise<SpreadStore> {
  const [home, ...parts] = await Promise.all([0, 1, 2].map((index) => freshSchema(servers[index])));
  return {
    ...{ home: home!, address: home!.address },
    parts: [
      { name: 'north', prefix: north, address: parts[0]!.address },
      { name: 'south', prefix: south, address: parts[1]!.address },
    ],
    async drop() {
      await Promise.all([home!, ...parts].map((schema) => schema.drop()));
    },
  };
}

export function storeOf(engine: Engine): SpreadStore {
  return stores.get(engine)!;
}

export async function openSpread(store: SpreadStore, time?: TimeSource): Promise<PostgresEngine> {
  const options = { parts: store.parts, ...(time === undefined ? {} : { time }) };
  const engine = await PostgresEngine.open(store.address, options);
  stores.set(engine, store);
  return engine;
}

export function spreadKindOf(spread: Spread): PostgresKind {
  return {
    name: `coordinator, ${spread.name}`,
    open: async (time) => openSpread(await freshSpread(spread), time),
    reopen: (closed, time) => openSpread(storeOf(closed), time),
    remove: (closed) => storeOf(closed).drop(),
  };
}
