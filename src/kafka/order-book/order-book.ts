// An order consumer with a store of its own: writes every order into PostgreSQL and brings a table of stock
// in step, in one transaction for each batch of events. Events that come again change nothing.

import type pg from 'pg';
import { HoldfastError } from '../../errors.ts';
import type { ShopEvent } from '../shop-event.ts';
import type { TakeEvents, Taken } from '../taking.ts';
import { BookTables } from './book-tables.ts';
import { addChanges, type PoolNow, type StockGap, type StockRow, takeOver } from './stock-rows.ts';
import { makeTables } from './tables.ts';

/** Asks the shop how a pool stands. */
export type StockNow = (pool: string) => Promise<PoolNow>;

export interface OrderBookOptions {
  /** `postgres://user:password@host/database` */
  address: string;
  /** Where the tables are. Default: where the user's tables are. */
  schema?: string;
  /** Asked where events of a pool are missing: the topic does not keep them any more, say. */
  stockNow?: StockNow;
  /** Connections at once. Default 8. */
  connectionsMax?: number;
}

const CONNECT_MAX_MS = 5_000;
const STATEMENT_MAX_MS = 30_000;
/** Classes of SQLSTATE that say that the data is wrong, and not the moment. */
const DATA = /^(22|23)/;

export class OrderBook {
  readonly #pool: pg.Pool;
  readonly #options: OrderBookOptions;

  private constructor(pool: pg.Pool, options: OrderBookOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /**
   * Opens it, and makes its tables where they are missing.
   *
   * @throws HoldfastError `unavailable` when the driver is not installed; the database's own errors
   */
  static async open(options: OrderBookOptions): Promise<OrderBook> {
    const { address, schema, connectionsMax = 8 } = options;
    const { Pool } = await driver();
    const pool = new Pool({
      connectionString: address,
      max: connectionsMax,
      connectionTimeoutMillis: CONNECT_MAX_MS,
      statement_timeout: STATEMENT_MAX_MS,
      query_timeout: STATEMENT_MAX_MS + CONNECT_MAX_MS,
      ...(schema === undefined ? {} : { options: `-c search_path="${schema}"` }),
    });
    // A connection that breaks while nobody uses it: the next one is opened anew.
    pool.on('error', () => {});
    try {
      const client = await pool.connect();
      await makeTables(client).finally(() => client.release());
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new OrderBook(pool, options);
  }

  /** For an `EventGroup`: takes all of them in one transaction, or none. */
  readonly take: TakeEvents = async (events) => {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // A connection that breaks fails what is asked over it; without this it would end the process too.
    const note = (error: Error) => {
      broken = error;
    };
    client.on('error', note);
    try {
      await client.query('BEGIN');
      const taken = await this.#write(client, events);
      await client.query(taken.ok ? 'COMMIT' : 'ROLLBACK');
      return taken;
    } catch (error) {
      broken ??= await rolledBack(client);
      const { code = '', message } = error as Error & { code?: string };
      if (!DATA.test(code)) throw error;
      // Which one it was is not said: the first is tried alone, then the others.
      return { ok: false, event: events[0]!.id, reason: `${code}: ${message}` };
    } finally {
      client.off('error', note);
      client.release(broken);
    }
  };

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #write(client: pg.ClientBase, events: readonly ShopEvent[]): Promise<Taken> {
    const tables = new BookTables(client);
    const journal = await tables.journal(events[0]!.journal);
    const other = events.find((event) => event.journal !== journal);
    if (other !== undefined) {
      return { ok: false, event: other.id, reason: `another-journal: the book is of ${journal}` };
    }
    const rows = await tables.lockStock(events);
    const gap = await this.#bringInStep(rows, events);
    if (gap !== undefined) {
      const reason = `stock-gap: ${gap.pool} is at version ${gap.has}, told is ${gap.told}`;
      return { ok: false, event: gap.event, reason };
    }
    await tables.writeStock([...rows.values()]);
    await tables.writeOrders(events);
    return { ok: true };
  }

  /** Where versions are missing, from how the pool stands now. */
  async #bringInStep(
    rows: ReadonlyMap<string, StockRow>,
    events: readonly ShopEvent[],
  ): Promise<StockGap | undefined> {
    for (;;) {
      const gap = addChanges(rows, events);
      const { stockNow } = this.#options;
      if (gap === undefined || stockNow === undefined) return gap;
      const now = await stockNow(gap.pool);
      if (now.version < gap.told) throw new Error(`${gap.pool} stands at ${now.version} only`);
      takeOver(rows.get(gap.pool)!, now);
    }
  }
}

async function driver(): Promise<typeof pg> {
  try {
    return (await import('pg')).default;
  } catch {
    throw new HoldfastError('unavailable', 'the driver is not installed: npm install pg');
  }
}

/** What is wrong with the connection, if it cannot be used again. */
async function rolledBack(client: pg.ClientBase): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
