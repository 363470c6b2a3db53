// Connections to the database, and statements that are prepared once on each. Knows no tables.

import type pg from 'pg';
import { HoldfastError } from '../../errors.ts';
import { failureOf } from './failures.ts';

/** A statement with the name under which a connection keeps it prepared. */
export interface Statement {
  name: string;
  text: string;
}

export type Rows = Record<string, unknown>[];

const INT8 = 20;
const CONNECT_MAX_MS = 5_000;
/**
 * Every statement finds its rows by an index. Left alone, plans that were made while the tables were
 * empty read all of them: 14 ms to load a batch instead of under 1.
 */
const SETTINGS = `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
  SET plan_cache_mode = force_generic_plan; SET jit = off`;

/** bigint as a number: everything kept is within 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text') =>
    id === INT8 ? Number : drivers!.types.getTypeParser(id, format)) as never,
};

let drivers: typeof pg | undefined;

/** @throws HoldfastError `unavailable` when the driver is not installed */
async function driver(): Promise<typeof pg> {
  try {
    drivers ??= (await import('pg')).default;
    return drivers;
  } catch {
    throw new HoldfastError('unavailable', 'the driver is not installed: npm install pg');
  }
}

export class Connection {
  readonly #client: pg.ClientBase;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async run({ name, text }: Statement, values: unknown[]): Promise<Rows> {
    return (await this.#client.query({ name, text, values })).rows;
  }

  /** Statements without values, in one go. */
  async say(text: string): Promise<void> {
    await this.#client.query(text);
  }
}

export class Connections {
  readonly #pool: pg.Pool;
  readonly #client: () => pg.Client;

  private constructor(pool: pg.Pool, client: () => pg.Client) {
    this.#pool = pool;
    this.#client = client;
    // One that breaks while nobody uses it is replaced by the next to ask.
    pool.on('error', () => {});
    pool.on('connect', (client) => void client.query(SETTINGS).catch(() => {}));
  }

  static async open(connectionString: string, max: number): Promise<Connections> {
    const { Pool, Client } = await driver();
    const config = {
      ...{ connectionString, types, application_name: 'holdfast' },
      ...{ connectionTimeoutMillis: CONNECT_MAX_MS, keepAlive: true },
    };
    return new Connections(new Pool({ ...config, max }), () => new Client(config));
  }

  async run(statement: Statement, values: unknown[] = []): Promise<Rows> {
    return this.with((connection) => connection.run(statement, values));
  }

  /**
   * Lends a connection. One on which something failed is thrown away: nobody knows what it has still
   * to say.
   *
   * @throws HoldfastError when the store is at fault; other errors as they are
   */
  async with<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    let broken: Error | undefined;
    try {
      const client = await this.#pool.connect();
      try {
        return await use(new Connection(client));
      } catch (error) {
        broken = error as Error;
        throw error;
      } finally {
        client.release(broken !== undefined && !isStatementError(broken));
      }
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** A connection of its own, for one who listens; ends with `end()`. */
  async alone(): Promise<pg.Client> {
    const client = this.#client();
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** The server has answered, so that the connection is whole. */
function isStatementError(error: Error): boolean {
  return /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code ?? ''));
}
