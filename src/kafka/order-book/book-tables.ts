// Reads and writes the tables of an order book within a transaction that somebody else began: rows are
// locked and written in the order of their keys, so that two members wait for each other and do not clash.

import type { ClientBase } from 'pg';
import type { ShopEvent } from '../shop-event.ts';
import { newRow, poolsOf, type StockRow } from './stock-rows.ts';
import { ACCOUNT_COLUMNS } from './tables.ts';

const ACCOUNTS = Object.entries(ACCOUNT_COLUMNS);
/** Quoted: `returning` is a word of the language. */
const COLUMNS = ACCOUNTS.map(([, column]) => `"${column}"`);

const TOLD_STOCK = `
INSERT INTO stock (pool, product, version, ${COLUMNS.join(', ')})
SELECT pool, product, version, ${COLUMNS.join(', ')}
FROM jsonb_to_recordset($1::jsonb) AS told (
  pool text, product text, version bigint, ${COLUMNS.map((column) => `${column} bigint`).join(', ')}
)
ORDER BY pool`;

/** A row that is not there cannot be locked; one that is keeps what it has. */
const MAKE_STOCK = `${TOLD_STOCK} ON CONFLICT DO NOTHING`;
const WRITE_STOCK = `${TOLD_STOCK} ON CONFLICT (pool) DO UPDATE SET
  version = EXCLUDED.version, ${COLUMNS.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}`;

const ORDER_COLUMNS = `id, version, status, channel, buyer, reference, amount, currency, document,
  made_at, changed_at`;

const WRITE_ORDERS = `
INSERT INTO orders (${ORDER_COLUMNS})
SELECT ${ORDER_COLUMNS}
FROM jsonb_to_recordset($1::jsonb) AS told (
  id uuid, version integer, status text, channel text, buyer text, reference text, amount bigint,
  currency text, document jsonb, made_at timestamptz, changed_at timestamptz
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
  version = EXCLUDED.version, status = EXCLUDED.status, channel = EXCLUDED.channel,
  buyer = EXCLUDED.buyer, reference = EXCLUDED.reference, amount = EXCLUDED.amount,
  currency = EXCLUDED.currency, document = EXCLUDED.document, changed_at = EXCLUDED.changed_at
WHERE orders.version < EXCLUDED.version`;

export class BookTables {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** The journal that the book is of; the first one that it is told of. */
  async journal(told: string): Promise<string> {
    const insert = 'INSERT INTO book (journal) VALUES ($1) ON CONFLICT DO NOTHING';
    await this.#client.query(insert, [told]);
    const { rows } = await this.#client.query('SELECT journal FROM book');
    return String(rows[0]?.journal);
  }

  /** Makes and locks the rows of all pools that the events changed. */
  async lockStock(events: readonly ShopEvent[]): Promise<Map<string, StockRow>> {
    const products = poolsOf(events);
    const known = new Map([...products].map(([pool, product]) => [pool, newRow(pool, product)]));
    if (known.size === 0) return known;
    await this.#client.query(MAKE_STOCK, [JSON.stringify([...known.values()].map(flat))]);
    const text = 'SELECT * FROM stock WHERE pool = ANY ($1) ORDER BY pool FOR UPDATE';
    const { rows } = await this.#client.query(text, [[...known.keys()]]);
    for (const row of rows) known.set(String(row.pool), rowOf(row));
    return known;
  }

  async writeStock(rows: readonly StockRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#client.query(WRITE_STOCK, [JSON.stringify(rows.map(flat))]);
  }

  /** The latest of each, unless a later one is there. */
  async writeOrders(events: readonly ShopEvent[]): Promise<void> {
    const latest = new Map<string, NonNullable<ShopEvent['order']>>();
    for (const { order } of events) {
      if (order === undefined) continue;
      const known = latest.get(order.orderId);
      if (known === undefined || known.version < order.version) latest.set(order.orderId, order);
    }
    if (latest.size === 0) return;
    await this.#client.query(WRITE_ORDERS, [JSON.stringify([...latest.values()].map(orderRow))]);
  }
}

function flat({ pool, product, version, balances }: StockRow) {
  const columns = ACCOUNTS.map(([account, column]) => [column, balances[account] ?? 0]);
  return { pool, product, version, ...Object.fromEntries(columns) };
}

function rowOf(row: Record<string, unknown>): StockRow {
  const balances = ACCOUNTS.map(([account, column]) => [account, Number(row[column])]);
  return {
    pool: String(row.pool),
    product: String(row.product),
    version: Number(row.version),
    balances: Object.fromEntries(balances),
  };
}

function orderRow(order: NonNullable<ShopEvent['order']>) {
  const { orderId: id, version, status, channel, buyer, reference, total } = order;
  return {
    ...{ id, version, status, channel, buyer, reference },
    ...{ amount: total?.amount, currency: total?.currency },
    ...{ document: order, made_at: order.createdAt, changed_at: order.updatedAt },
  };
}
