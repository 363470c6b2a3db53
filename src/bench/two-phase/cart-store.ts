// A store for carts of two lines: with parts each line's pool lives in another database, without them both
// live at home. Counts what was promised.

import { randomUUID } from 'node:crypto';
import { PostgresEngine } from '../../engines/postgres/postgres-engine.ts';
import { Stock } from '../../stock.ts';
import type { OwnSchema } from '../locking/own-schema.ts';
import { randomBuyer } from '../locking/store.ts';

/** On each side. */
export const POOLS = 200;
export const SIDES = ['north', 'south'] as const;
export const STOCK_PER_POOL = 900_000_000;
const HOLD_MS = 86_400_000;

export function randomPool(): number {
  return Math.floor(Math.random() * POOLS);
}

export class CartStore {
  readonly #stock: Stock;
  /** Where accounts are. */
  readonly #schemas: readonly OwnSchema[];
  #promised = 0;

  private constructor(stock: Stock, schemas: readonly OwnSchema[]) {
    this.#stock = stock;
    this.#schemas = schemas;
  }

  static async open(home: OwnSchema, others: readonly OwnSchema[]): Promise<CartStore> {
    const parts = others.map((own, index) => ({ name: SIDES[index]!, address: own.address({}) }));
    const engine = await PostgresEngine.open(home.address({}), { parts });
    const stock = await Stock.open(engine, { sweep: false });
    const pools = SIDES.flatMap((side) =>
      Array.from({ length: POOLS }, (_, index) => `${side}:pool-${index}`),
    );
    await Promise.all(pools.map((pool) => stock.putPool({ pool })));
    await Promise.all(pools.map((pool) => stock.receive({ pool, quantity: STOCK_PER_POOL })));
    return new CartStore(stock, others.length > 0 ? others : [home]);
  }

  /** One unit from each side. */
  async reserve(): Promise<boolean> {
    const lines = SIDES.map((side) => ({ pool: `${side}:pool-${randomPool()}`, quantity: 1 }));
    const command = { lines, buyer: randomBuyer(), holdForMs: HOLD_MS };
    const answer = await this.#stock.reserve(command, { key: randomUUID() });
    if (answer.ok) this.#promised += lines.length;
    return answer.ok;
  }

  /** Whether exactly those units are held that were promised, and every pool has all of its own. */
  async isConserved(): Promise<boolean> {
    let held = 0;
    let uneven = 0;
    for (const { schema, connections } of this.#schemas) {
      const text = `SELECT sum(balance) FILTER (WHERE id LIKE '%/held') AS held,
        (SELECT count(*) FROM (SELECT FROM ${schema}.account GROUP BY owner HAVING sum(balance) <> 0)
          AS o) AS uneven FROM ${schema}.account`;
      const [row] = await connections.run({ name: '', text });
      held += Number(row!.held);
      uneven += Number(row!.uneven);
    }
    return held === this.#promised && uneven === 0;
  }

  close(): Promise<void> {
    return this.#stock.close();
  }
}
