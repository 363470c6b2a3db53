// A store over home and two parts with pools in each, for tests: commands as one writes them, and what
// stands in the databases themselves.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import type { Outcome, Transaction } from '../../../src/engines/contract.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import type { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { freshSpread, openSpread, type SpreadStore } from '../../support/spread-kind.ts';

export const POOLS = ['tea', 'north:tea', 'south:tea'] as const;
export const UNITS = 9;

/** One unit of each pool, all or none. */
export const taking = (...pools: string[]): Transaction => ({
  moves: pools.map((pool) => {
    return { legs: [{ from: `${pool}/available`, to: `${pool}/sold` }], quantity: 1 };
  }),
  events: [],
});

export const giving = (pool: string): Transaction => ({
  floors: [{ account: `${pool}/supply`, floor: -100 }],
  moves: [{ legs: [{ from: `${pool}/supply`, to: `${pool}/available` }], quantity: UNITS }],
  events: [],
});

export class SpreadShop {
  readonly store: SpreadStore;
  readonly engine: PostgresEngine;

  private constructor(store: SpreadStore, engine: PostgresEngine) {
    this.store = store;
    this.engine = engine;
  }

  /** `servers`: of home, north and south; the shared one without. */
  static async open(servers: readonly (string | undefined)[] = []): Promise<SpreadShop> {
    const store = await freshSpread(undefined, servers);
    const shop = new SpreadShop(store, await openSpread(store));
    for (const outcome of await shop.commit(...POOLS.map(giving))) assert.ok(outcome.ok);
    return shop;
  }

  async commit(...batch: Transaction[]): Promise<Outcome[]> {
    return Promise.all(await this.engine.commit(batch));
  }

  /** What each pool has sold. */
  async sold(): Promise<(number | undefined)[]> {
    const owners = await this.engine.owners(POOLS);
    return owners.map((owner) => owner?.accounts.sold?.balance ?? 0);
  }

  /** Asks the database of home (0), north (1) or south (2); `@` stands for its schema. */
  async ask(place: 0 | 1 | 2, sql: string): Promise<Record<string, unknown>[]> {
    const session = await this.session(place);
    try {
      return await session.ask(sql);
    } finally {
      await session.end();
    }
  }

  async session(place: 0 | 1 | 2) {
    const address = place === 0 ? this.store.address : this.store.parts[place - 1]!.address;
    const { connectionString, schema } = postgresAddress(address);
    const client = new Client({ connectionString });
    await client.connect();
    return {
      ask: async (sql: string) => (await client.query(sql.replaceAll('@', `"${schema}"`))).rows,
      end: () => client.end(),
    };
  }

  /** Prepared transactions of this store in north and south. */
  async prepared(): Promise<string[]> {
    const sql = `SELECT gid FROM pg_prepared_xacts
      WHERE starts_with(gid, 'holdfast:${this.engine.journalId}:') ORDER BY gid`;
    const found = await Promise.all([this.ask(1, sql), this.ask(2, sql)]);
    return [...new Set(found.flat().map(({ gid }) => String(gid)))];
  }

  async end(): Promise<void> {
    await this.engine.close();
    await this.store.drop();
  }
}
