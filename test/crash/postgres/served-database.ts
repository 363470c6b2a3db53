// Several of the product's servers on one PostgreSQL of their own, and every way in which one of them
// or the database goes away and comes back. Judges nothing.

import { Client } from 'pg';
import { freshSchema, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import type { Random } from '../random.ts';
import { SERVE, ServerProcess, verifyFiles } from '../server-process.ts';

const READY_MAX_MS = 30_000;
/** Every command gets its answer: the machine may be busy with other things. */
const PROGRAM = [...SERVE, '--shed-after-ms', '60000'];

export class ServedDatabase {
  readonly servers: ServerProcess[] = [];
  readonly #postgres: PostgresServer;
  readonly #address: string;

  private constructor(postgres: PostgresServer, address: string) {
    this.#postgres = postgres;
    this.#address = address;
  }

  static async start(servers: number): Promise<ServedDatabase> {
    const postgres = await startPostgres();
    const { address } = await freshSchema(postgres.address);
    const served = new ServedDatabase(postgres, address);
    try {
      const all = Array.from({ length: servers }, (_, index) => served.startServer(index));
      await Promise.all(all);
      return served;
    } catch (error) {
      await served.remove();
      throw error;
    }
  }

  /** Starts the server of that number, the first time or again, and waits until it is ready. */
  async startServer(index: number): Promise<void> {
    const server = await ServerProcess.start({ program: PROGRAM, env: this.#environment() });
    this.servers[index] = server;
    if ((await server.ready(READY_MAX_MS)) === undefined) {
      throw new Error(`server ${index} did not become ready: ${server.stderr}`);
    }
  }

  /** Ends connections of the servers from the side of the database; returns how many. */
  async terminateBackends(random: Random, count: number): Promise<number> {
    const client = new Client({ connectionString: this.#postgres.address });
    await client.connect();
    try {
      const { rows } = await client.query(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast'
         ORDER BY state = 'idle', pid`,
      );
      // Those at work stand first.
      const chosen = random.sample(rows.slice(0, count * 3), count);
      for (const { pid } of chosen) await client.query('SELECT pg_terminate_backend($1)', [pid]);
      return chosen.length;
    } finally {
      await client.end();
    }
  }

  async takeDatabaseAway(how: 'immediate' | 'kill'): Promise<void> {
    if (how === 'kill') await this.#postgres.kill();
    else await this.#postgres.stop('immediate');
  }

  async bringDatabaseBack(): Promise<void> {
    await this.#postgres.restart();
  }

  /** What `holdfast verify` finds wrong, or nothing. */
  verify(): Promise<string | undefined> {
    return verifyFiles(this.#environment());
  }

  async remove(): Promise<void> {
    await Promise.all(this.servers.map((server) => server?.running && server.kill()));
    await this.#postgres.remove();
  }

  #environment(): Record<string, string> {
    return { HOLDFAST_ENGINE: this.#address };
  }
}
