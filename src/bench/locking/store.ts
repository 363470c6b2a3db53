// The store that all locking strategies are measured on, one after the other: the same pools, the same
// reservations from before, two servers at a time. Counts what is held when it is asked.

import { randomUUID } from 'node:crypto';
import type { Locking } from '../../engines/postgres/locking.ts';
import { PostgresEngine } from '../../engines/postgres/postgres-engine.ts';
import type { LineCommand } from '../../kernel/commands.ts';
import { Stock } from '../../stock.ts';
import { POOLS, poolName, SOLD_OUT } from './carts.ts';
import type { OwnSchema } from './own-schema.ts';

export const STOCK_PER_POOL = 900_000_000;
export const BUYERS = 1_000_000;
const MADE_AT_ONCE = 2_000;
const MADE_ALIKE = 1_000;
const HOLD_MS = 86_400_000;

export class LockingStore {
  readonly #schema: OwnSchema;
  /** Units that were promised to somebody. */
  #held = 0;

  private constructor(schema: OwnSchema) {
    this.#schema = schema;
  }

  static async make(schema: OwnSchema, live: number): Promise<LockingStore> {
    const store = new LockingStore(schema);
    await store.with('pessimistic', async ([stock]) => {
      const pools = Array.from({ length: POOLS }, (_, index) => poolName(index));
      await Promise.all([...pools, SOLD_OUT].map((pool) => stock!.putPool({ pool })));
      await Promise.all(pools.map((pool) => stock!.receive({ pool, quantity: STOCK_PER_POOL })));
      let made = 0;
      const make = async () => {
        while (made < live) {
          made += 1;
          // As in a sale of one after the other: a batch meets a pool or two.
          const pool = poolName(Math.floor(made / MADE_ALIKE) % POOLS);
          await store.reserve(stock!, [{ pool, quantity: 1 }]);
        }
      };
      await Promise.all(Array.from({ length: MADE_AT_ONCE }, make));
    });
    await schema.connections.run({ name: '', text: 'ANALYZE', patient: true });
    return store;
  }

  /** Servers with one strategy, two unless it is said, for as long as `use` takes. */
  async with<T>(
    locking: Locking,
    use: (servers: readonly Stock[]) => Promise<T>,
    count = 2,
  ): Promise<T> {
    const address = this.#schema.address({ locking });
    const servers: Stock[] = [];
    try {
      for (let server = 0; server < count; server += 1) {
        servers.push(await Stock.open(await PostgresEngine.open(address), { sweep: false }));
      }
      return await use(servers);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  }

  async reserve(server: Stock, lines: LineCommand[]): Promise<boolean> {
    const command = { lines, buyer: randomBuyer(), holdForMs: HOLD_MS };
    const answer = await server.reserve(command, { key: randomUUID() });
    if (answer.ok) this.#held += lines.length;
    return answer.ok;
  }

  /** So many units were promised by somebody else. */
  promised(units: number): void {
    this.#held += units;
  }

  /** Whether every pool has all its units, and exactly those are held that were promised. */
  async isConserved(): Promise<boolean> {
    const s = this.#schema.schema;
    const text = `SELECT sum(balance) FILTER (WHERE id LIKE '%/held') AS held,
        count(*) FILTER (WHERE id LIKE '%/supply' AND owner <> '${SOLD_OUT}'
          AND balance <> ${-STOCK_PER_POOL}) AS wrong,
        (SELECT count(*) FROM (SELECT FROM ${s}.account GROUP BY owner HAVING sum(balance) <> 0) AS o)
          AS uneven
      FROM ${s}.account`;
    const [row] = await this.#schema.connections.run({ name: '', text }, []);
    return Number(row!.held) === this.#held && row!.wrong === 0 && row!.uneven === 0;
  }
}

export function randomBuyer(): string {
  return `buyer-${Math.floor(Math.random() * BUYERS)}`;
}
