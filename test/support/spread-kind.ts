// How suites open a store whose pools live in several databases: home and two parts, each with a schema of
// its own on the shared server, and the same schemas again after a close.

import { Client } from 'pg';
import type { TimeSource } from '../../src/engines/clock.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { PartAddress } from '../../src/engines/coordinator/part-address.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { type FreshSchema, freshSchema, providePostgres } from './postgres.ts';
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
      await rollBackPrepared(
        parts.map(({ schema }) => schema),
        servers,
      );
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

export function spreadKindOf(spread: Spread): PostgresKind & { decidesApart: true } {
  return {
    name: `coordinator, ${spread.name}`,
    decidesApart: true,
    open: async (time) => openSpread(await freshSpread(spread), time),
    reopen: (closed, time) => openSpread(storeOf(closed), time),
    remove: (closed) => storeOf(closed).drop(),
  };
}

/** What a store that was closed in the middle has left prepared would keep its schemas from being dropped. */
async function rollBackPrepared(
  schemas: readonly string[],
  [, ...servers]: readonly (string | undefined)[],
): Promise<void> {
  for (const [index, schema] of schemas.entries()) {
    const client = new Client({ connectionString: servers[index] ?? (await providePostgres()) });
    await client.connect();
    try {
      const [there] = (await client.query(`SELECT to_regclass('${schema}.meta') AS meta`)).rows;
      if (there.meta === null) continue;
      const home = `(SELECT value FROM ${schema}.meta WHERE key = 'home')`;
      const { rows } = await client.query(
        `SELECT gid FROM pg_prepared_xacts WHERE starts_with(gid, 'holdfast:' || ${home})`,
      );
      for (const { gid } of rows) await client.query(`ROLLBACK PREPARED '${gid}'`).catch(() => {});
    } finally {
      await client.end();
    }
  }
}
