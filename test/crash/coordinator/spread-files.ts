// A store over three databases for one case of a crash: made and filled, given to processes that die, looked
// at afterwards. Expects nothing.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { providePostgres } from '../../support/postgres.ts';
import { freshSpread, openSpread, type SpreadStore } from '../../support/spread-kind.ts';

export const POOLS = ['tea', 'north:tea', 'south:tea'] as const;
export const UNITS = 5;
const CLI = join(import.meta.dirname, '../../../src/cli/main.ts');
const POLL_MS = 5;
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
  readonly #servers: readonly string[];

  private constructor(store: SpreadStore, journalId: string, servers: readonly string[]) {
    this.#store = store;
    this.#journalId = journalId;
    this.#servers = servers;
  }

  /** On servers for home, north and south; all on the shared one without. */
  static async make(servers: readonly string[] = []): Promise<SpreadFiles> {
    const store = await freshSpread(undefined, servers);
    const engine = await openSpread(store);
    const stock = await Stock.open(engine, { sweep: false });
    for (const pool of POOLS) {
      await stock.putPool({ pool });
      await stock.receive({ pool, quantity: UNITS });
    }
    await stock.close();
    return new SpreadFiles(store, engine.journalId, [...new Set(servers)]);
  }

  /** Reserves a cart of one unit of each pool in a process that dies at a point. */
  cart(key: string, crashAt = ''): Promise<Ran> {
    return this.#run([CART, key], { HOLDFAST_CRASH_AT: crashAt }).ran;
  }

  /** The same, held up at a point while something is done. */
  async cartWhile(key: string, heldAt: string, meanwhile: () => Promise<void>): Promise<Ran> {
    const env = { HOLDFAST_CRASH_AT: heldAt, HOLDFAST_CRASH_SIGNAL: 'SIGSTOP' };
    const { child, ran } = this.#run([CART, key], env);
    while (!isStopped(child.pid!)) {
      if (child.exitCode !== null) throw new Error(`it was never at ${heldAt}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    try {
      await meanwhile();
    } finally {
      child.kill('SIGCONT');
    }
    return ran;
  }

  reconcile(crashAt = ''): Promise<Ran> {
    const args = [CLI, 'reconcile', '--in-doubt', '--json', '--quiet'];
    return this.#run(args, { HOLDFAST_CRASH_AT: crashAt }).ran;
  }

  /** How many of its transactions are prepared, in both parts. */
  async inDoubt(): Promise<number> {
    const servers = this.#servers.length > 0 ? this.#servers : [await providePostgres()];
    let found = 0;
    for (const connectionString of servers) {
      const client = new Client({ connectionString });
      await client.connect();
      try {
        const sql = `SELECT 1 FROM pg_prepared_xacts WHERE starts_with(gid, $1)`;
        found += (await client.query(sql, [`holdfast:${this.#journalId}:`])).rows.length;
      } finally {
        await client.end();
      }
    }
    return found;
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

  #run(args: readonly string[], more: Record<string, string>) {
    const parts = this.#store.parts.map(({ name, address }) => `${name}=${address}`).join(' ');
    const env = {
      ...process.env,
      ...{ HOLDFAST_ENGINE: this.#store.address, HOLDFAST_PARTS: parts },
      ...more,
    };
    const { promise, resolve } = Promise.withResolvers<Ran>();
    const child = execFile(process.execPath, [...args], { env }, (error, stdout, stderr) => {
      const killed = error?.signal === 'SIGKILL';
      resolve({ code: error === null ? 0 : Number(error.code), killed, stdout, stderr });
    });
    return { child, ran: promise };
  }
}

/** As Linux shows it. */
function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}
