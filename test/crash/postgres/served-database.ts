// Several of the product's servers on PostgreSQL of their own, one database or home and parts, and every
// way in which one of them goes away and comes back. Judges nothing.

import { Client } from 'pg';
import { freshSchema, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import type { Random } from '../random.ts';
import { SERVE, ServerProcess, verifyFiles } from '../server-process.ts';

const READY_MAX_MS = 60_000;
const POLL_MS = 20;
/** Every command gets its answer: the machine may be busy with other things. */
const PROGRAM = [...SERVE, '--shed-after-ms', '60000'];

/** How the ids of pools begin that live in the databases after the first. */
const PARTS = ['north', 'south'];
/** Long enough to pass any point as often as is asked for; then it is killed where it is. */
const DYING_MAX_MS = 8_000;

interface StartServed {
  servers: number;
  /** With home; pools of two parts live in databases of their own. */
  databases?: 1 | 3;
}

export class ServedDatabase {
  readonly servers: ServerProcess[] = [];
  readonly #postgres: PostgresServer[];
  readonly #addresses: string[];

  private constructor(postgres: PostgresServer[], addresses: string[]) {
    this.#postgres = postgres;
    this.#addresses = addresses;
  }

  static async start({ servers, databases = 1 }: StartServed): Promise<ServedDatabase> {
    const postgres = await Promise.all(Array.from({ length: databases }, () => startPostgres()));
    const schemas = await Promise.all(postgres.map(({ address }) => freshSchema(address)));
    const served = new ServedDatabase(
      postgres,
      schemas.map(({ address }) => address),
    );
    try {
      // The first alone: a new part is taken while nobody is at work who does not know it.
      for (let index = 0; index < servers; index += 1) await served.startServer(index);
      return served;
    } catch (error) {
      await served.remove();
      throw error;
    }
  }

  get databases(): number {
    return this.#postgres.length;
  }

  /** Starts the server of that number, the first time or again, and waits until it is ready. */
  async startServer(index: number): Promise<void> {
    const server = await ServerProcess.start({ program: PROGRAM, env: this.#environment() });
    this.servers[index] = server;
    if ((await server.ready(READY_MAX_MS)) === undefined) {
      throw new Error(`server ${index} did not become ready: ${server.stderr}`);
    }
  }

  /** Starts it so that it dies at a named point, and waits until it has. */
  async dieAt(index: number, point: string): Promise<void> {
    const env = { ...this.#environment(), HOLDFAST_CRASH_AT: point };
    const server = await ServerProcess.start({ program: PROGRAM, env });
    this.servers[index] = server;
    const late = setTimeout(() => void server.kill(), DYING_MAX_MS);
    await server.exited;
    clearTimeout(late);
  }

  /** Ends connections of the servers from the side of a database; returns how many. */
  async terminateBackends(database: number, random: Random, count: number): Promise<number> {
    const rows = await this.#ask(
      database,
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast'
       ORDER BY state = 'idle', pid`,
    );
    // Those at work stand first.
    const chosen = random.sample(rows.slice(0, count * 3), count);
    for (const { pid } of chosen) await this.#ask(database, `SELECT pg_terminate_backend(${pid})`);
    return chosen.length;
  }

  async takeDatabaseAway(database: number, how: 'immediate' | 'kill'): Promise<void> {
    if (how === 'kill') await this.#postgres[database]!.kill();
    else await this.#postgres[database]!.stop('immediate');
  }

  async bringDatabaseBack(database: number): Promise<void> {
    await this.#postgres[database]!.restart();
  }

  /** What is still in doubt after so long, while nobody asks for anything. */
  async doubtsAfter(maxMs: number): Promise<string[]> {
    const startMs = performance.now();
    while (performance.now() - startMs < maxMs) {
      if ((await this.#inDoubt()).length === 0) return [];
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return (await this.#inDoubt()).map((gid) => `left in doubt: ${gid}`);
  }

  /** Transactions that are prepared and not finished, in all databases. */
  async #inDoubt(): Promise<string[]> {
    const all = this.#postgres.map((_, database) =>
      this.#ask(database, 'SELECT gid FROM pg_prepared_xacts'),
    );
    return (await Promise.all(all)).flat().map(({ gid }) => String(gid));
  }

  /** What `holdfast verify` finds wrong, or nothing. */
  verify(): Promise<string | undefined> {
    return verifyFiles(this.#environment());
  }

  async remove(): Promise<void> {
    await Promise.all(this.servers.map((server) => server?.running && server.kill()));
    await Promise.all(this.#postgres.map((postgres) => postgres.remove()));
  }

  async #ask(database: number, sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.#postgres[database]!.address });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  #environment(): Record<string, string> {
    const [home, ...others] = this.#addresses;
    const parts = others.map((address, index) => `${PARTS[index]}=${address}`);
    const env = { HOLDFAST_ENGINE: home! };
    return parts.length === 0 ? env : { ...env, HOLDFAST_PARTS: parts.join(' ') };
  }
}
