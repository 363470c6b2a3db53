// Compares the tables of an order book with what the shop says over HTTP, and with the orders that its topic
// tells of. Only looks.

import { Client } from 'pg';
import { ACCOUNT_COLUMNS } from '../../../src/kafka/order-book/tables.ts';
import type { ReadMessage } from '../../support/kafka/topic-reader.ts';
import { POOLS } from './shoppers.ts';

const SHOWN = 5;
const COMPARED = [['version', 'version'], ...Object.entries(ACCOUNT_COLUMNS)] as const;

export class BookLook {
  readonly #database: { address: string; schema: string };
  readonly #get: (path: string) => Promise<Record<string, unknown>>;

  constructor(
    database: { address: string; schema: string },
    get: (path: string) => Promise<Record<string, unknown>>,
  ) {
    this.#database = database;
    this.#get = get;
  }

  async makeSchema(): Promise<void> {
    await this.#ask(`CREATE SCHEMA IF NOT EXISTS "${this.#database.schema}"`);
  }

  /** Where book and shop differ. */
  async trouble(messages: readonly ReadMessage[]): Promise<string[]> {
    const stock = await this.#stockTrouble();
    return stock.length > 0 ? stock : this.#ordersTrouble(messages);
  }

  async #stockTrouble(): Promise<string[]> {
    const trouble: string[] = [];
    const rows = new Map((await this.#ask('SELECT * FROM stock')).map((row) => [row.pool, row]));
    for (const { pool } of POOLS) {
      const now = await this.#get(`/v1/pools/${pool}`);
      const row = rows.get(pool);
      for (const [account, column] of COMPARED) {
        const [here, there] = [Number(row?.[column] ?? 0), now[account]];
        if (here !== there) trouble.push(`book: ${pool} ${account} is ${here}, not ${there}`);
      }
    }
    return trouble.slice(0, SHOWN);
  }

  /** Each order that was told of stands as its last version. */
  async #ordersTrouble(messages: readonly ReadMessage[]): Promise<string[]> {
    const last = new Map<string, number>();
    for (const { event } of messages) {
      if (event.order === undefined) continue;
      const { orderId, version } = event.order;
      last.set(orderId, Math.max(version, last.get(orderId) ?? 0));
    }
    const rows = await this.#ask('SELECT id, version FROM orders');
    const kept = new Map(rows.map(({ id, version }) => [id, version]));
    const trouble = [...last].filter(([id, version]) => kept.get(id) !== version);
    return trouble.slice(0, SHOWN).map(([id, version]) => `book: order ${id} is not ${version}`);
  }

  async #ask(text: string): Promise<Record<string, unknown>[]> {
    const { address, schema } = this.#database;
    const client = new Client({ connectionString: address });
    await client.connect();
    try {
      await client.query(`SET search_path = "${schema}"`);
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }
}
