// A store over three databases for one case of a crash: made and filled, given to processes that die, looked
// at afterwards. Expects nothing.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { providePostgres } from '../../support/postgres.ts';
import { freshSpread, openSpread, type SpreadStore } from '../../support/spread-kind.ts';

export const POOLS = ['tea', 'north:tea', 'south:tea'] as const;
export const UNITS = 5;
const CLI = join(import.meta.dirname, '../../../src/cli/main.ts');
const CART = join(import.meta.dirname, 'one-cart.ts');

export interface Ran {
  code: number | null;
  killed: boolean;
  stdout: string;
  stderr: string;
}

export class SpreadFiles {
  readonly #store: SpreadStore;
  readonly #journalId: string;

  private constructor(store: SpreadStore, journalId: string) {
    this.#store = store;
    this.#journalId = journalId;
  }

  static async make(): Promise<SpreadFiles> {
    const store = await freshSpread();
    const engine = await openSpread(store);
    const stock = await Stock.open(engine, { sweep: false });
    for (const pool of POOLS) {
      await stock.putPool({ pool });
      await stock.receive({ pool, quantity: UNITS });
    }
    await stock.close();
    return new SpreadFiles(store, engine.journalId);
  }

  /** Reserves a cart of one unit of each pool in a process that dies at a point. */
  cart(key: string, crashAt = ''): Promise<Ran> {
    return this.#run([CART, key], crashAt);
  }

  reconcile(crashAt = ''): Promise<Ran> {
    return this.#run([CLI, 'reconcile', '--in-doubt', '--json', '--quiet'], crashAt);
  }

  /** How many of its transactions are prepared, in both parts. */
  async inDoubt(): Promise<number> {
    const client = new Client({ connectionString: await providePostgres() });
    await client.connect();
    try {
      const sql = `SELECT 1 FROM pg_prepared_xacts WHERE starts_with(gid, $1)`;
      return (await client.query(sql, [`holdfast:${this.#journalId}:`])).rows.length;
    } finally {
      await client.end();
    }
  }

  /** What each pool has held, and what verify finds wrong. */
  async look(): Promise<{ held: number[]; problems: string[] }> {
    const engine = await openSpread(this.#store);
    try {
      const { problems } = await verify(engine);
      const owners = await engine.owners(POOLS);
      return {
        held: owners.map((owner) => owner?.accounts.held?.balance ?? 0),
        problems: problems.map(({ invariant, what }) => `${invariant}: ${what}`),
      };
    } finally {
      await engine.close();
    }
  }

  drop(): Promise<void> {
    return this.#store.drop();
  }

  #run(args: readonly string[], crashAt: string): Promise<Ran> {
    const parts = this.#store.parts.map(({ name, address }) => `${name}=${address}`).join(' ');
    const env = {
      ...process.env,
      ...{ HOLDFAST_ENGINE: this.#store.address, HOLDFAST_PARTS: parts },
      HOLDFAST_CRASH_AT: crashAt,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [...args], { env }, (error, stdout, stderr) => {
        const killed = error?.signal === 'SIGKILL';
        resolve({ code: error === null ? 0 : Number(error.code), killed, stdout, stderr });
      });
    });
  }
}
