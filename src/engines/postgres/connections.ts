// Connections to the database, and statements that are prepared once on each. Knows no tables.

import type pg from 'pg';
import { HoldfastError } from '../../errors.ts';
import type { Pooling } from './address.ts';
import { failureOf, isConnectionError } from './failures.ts';

/** A statement with the name under which a connection keeps it prepared. */
export interface Statement {
  name: string;
  text: string;
  /** It may read all there is: its answer is waited for without end. */
  patient?: boolean;
}

export type Rows = Record<string, unknown>[];

const INT8 = 20;
const CONNECT_MAX_MS = 5_000;
/** A network that swallows everything must not swallow requests. Longer than statements may take. */
const ANSWER_MAX_MS = 10_000;
const PATIENT_MS = 86_400_000;
/**
 * Every statement finds its rows by an index. Left alone, plans that were made while the tables were
 * empty read all of them: 14 ms to load a batch instead of under 1.
 */
const SETTINGS = [
  ...['enable_seqscan = off', 'enable_hashjoin = off', 'enable_mergejoin = off'],
  ...['plan_cache_mode = force_generic_plan', 'jit = off'],
];
/** For a connection of one's own. */
const SET = SETTINGS.map((setting) => `SET ${setting}`).join('; ');
/** For one that is lent for a transaction: it goes to others next, whom none of this concerns. */
const SET_LOCAL = SETTINGS.map((setting) => `; SET LOCAL ${setting}`).join('');

/** bigint as a number: everything kept is within 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text') =>
    id === INT8 ? Number : drivers!.types.getTypeParser(id, format)) as never,
};

/** How long a transaction may stand still. */
export const STALLED_MAX_MS = 5_000;
/**
 * Begins a transaction. Locks are waited for, and then what they protect is read: that needs this level
 * of isolation, whatever the default is. One whose server stands still (its process was stopped, its
 * machine is gone) does not keep its locks: all others would wait until the database notices, for hours.
 */
export const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = ${STALLED_MAX_MS}`;

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

const DIRECT: Pooling = { perTransaction: false, prepare: true };

export class Connection {
  readonly #client: pg.ClientBase;
  readonly #pooling: Pooling;
  #broken = false;

  constructor(client: pg.ClientBase, pooling: Pooling) {
    this.#client = client;
    this.#pooling = pooling;
  }

  /** Nobody knows what it has still to say. */
  get isBroken(): boolean {
    return this.#broken;
  }

  async run(statement: Statement, values: unknown[]): Promise<Rows> {
    const { name, text, patient } = statement;
    const prepared = this.#pooling.prepare ? { name } : {};
    return this.#ask({ ...prepared, text, values, ...(patient === true ? PATIENT : {}) });
  }

  /** Statements without values, in one go. */
  async say(text: string, { patient = false } = {}): Promise<void> {
    const isLent = this.#pooling.perTransaction && text.startsWith('BEGIN');
    const said = isLent ? text + SET_LOCAL : text;
    await this.#ask({ text: said, ...(patient ? PATIENT : {}) });
  }

  /** Ends an open transaction. What is broken is thrown away, and its transaction with it. */
  async rollBack(): Promise<void> {
    if (!this.#broken) await this.say('ROLLBACK').catch(() => {});
  }

  async #ask(query: pg.QueryConfig): Promise<Rows> {
    try {
      return (await this.#client.query(query)).rows;
    } catch (error) {
      this.#broken ||= isConnectionError(error);
      throw failureOf(error);
    }
  }
}

const PATIENT = { query_timeout: PATIENT_MS };

interface OpenConnections {
  pooling?: Pooling;
  /** How long a connection, and an answer, is waited for. */
  connectMs?: number;
  answerMs?: number;
}

export class Connections {
  readonly #pool: pg.Pool;
  readonly #listener: (() => pg.Client) | undefined;
  readonly #pooling: Pooling;

  private constructor(pool: pg.Pool, pooling: Pooling, listener: (() => pg.Client) | undefined) {
    this.#pool = pool;
    this.#pooling = pooling;
    this.#listener = listener;
    // One that breaks while nobody uses it is replaced by the next to ask.
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      // Also between two statements of somebody who has it: the next one fails. Unheard, it ends the process.
      client.on('error', () => {});
      if (!pooling.perTransaction) client.query(SET).catch(() => {});
    });
  }

  static async open(
    connectionString: string,
    max: number,
    {
      pooling = DIRECT,
      connectMs = CONNECT_MAX_MS,
      answerMs = ANSWER_MAX_MS,
    }: OpenConnections = {},
  ): Promise<Connections> {
    const { Pool, Client } = await driver();
    const config = {
      ...{ connectionString, types, application_name: 'holdfast' },
      ...{ connectionTimeoutMillis: connectMs, keepAlive: true },
      query_timeout: answerMs,
    };
    const { perTransaction, wake = perTransaction ? undefined : connectionString } = pooling;
    const listener = wake && (() => new Client({ ...config, connectionString: wake }));
    return new Connections(new Pool({ ...config, max }), pooling, listener || undefined);
  }

  async run(statement: Statement, values: unknown[] = []): Promise<Rows> {
    return this.with((connection) => connection.run(statement, values));
  }

  /**
   * Lends a connection. One that broke is thrown away.
   *
   * @throws HoldfastError when the store is at fault; other errors as they are
   */
  async with<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const { connection, giveBack } = await this.lend();
    try {
      return await use(connection);
    } finally {
      giveBack();
    }
  }

  /** Lends a connection until it is given back, which must be done, once. */
  async lend(): Promise<{ connection: Connection; giveBack: () => void }> {
    const client = await this.#connected();
    const connection = new Connection(client, this.#pooling);
    return { connection, giveBack: () => client.release(connection.isBroken) };
  }

  /** Lends a connection for one transaction: committed when `use` is done, undone when it fails. */
  transaction<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    return this.with(async (connection) => {
      await connection.say('BEGIN');
      try {
        const result = await use(connection);
        await connection.say('COMMIT');
        return result;
      } catch (error) {
        await connection.rollBack();
        throw error;
      }
    });
  }

  async #connected(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Whether one can listen: not where a pooler gives the connection to somebody else. */
  get canListen(): boolean {
    return this.#listener !== undefined;
  }

  /** A connection of its own, for one who listens; ends with `end()`. */
  async alone(): Promise<pg.Client> {
    const client = this.#listener!();
    // Before it is there: what ends it may come in one piece with what says that it is. Unheard, that ends the process.
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
