// The store that `bench redis` measures: a namespace in Redis with its record in a schema, both of its own,
// filled with live reservations. Counts what was promised, and what is held when it is asked.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { openEngine } from '../../engines/open.ts';
import { asOne, partsOf, type Segments } from '../../kernel/segments.ts';
import { Stock } from '../../stock.ts';
import { poolNames, randomBuyer, randomPool } from '../http/reserve-requests.ts';
import { type OwnSchema, ownSchema } from '../locking/own-schema.ts';
import { type OwnRedis, ownRedis, unrecorded } from './own-redis.ts';
import type { RedisScale } from './scale.ts';
import { verifiedApart } from './verified-apart.ts';

export const STOCK_PER_POOL = 900_000_000;
/** Sold from so many segments, beside the others. */
export const SEGMENTED: Segments = { pool: 'segmented', version: 1, active: 8, all: 8 };
const MADE_AT_ONCE = 1_000;
const HOLD_MS = 86_400_000;
const PAUSE_MS = 10;

export interface StoreAddress {
  /** Of a Redis, and of a PostgreSQL that remembers. */
  engine: string;
  record: string;
}

export class RedisStore {
  readonly redis: OwnRedis;
  readonly pools: readonly string[];
  readonly #schema: OwnSchema;
  readonly #buyers: number;
  #held = 0;

  private constructor(redis: OwnRedis, schema: OwnSchema, { pools, buyers }: RedisScale) {
    this.redis = redis;
    this.#schema = schema;
    this.pools = poolNames(pools);
    this.#buyers = buyers;
  }

  static async make({ engine, record }: StoreAddress, scale: RedisScale): Promise<RedisStore> {
    const redis = await ownRedis(engine);
    const schema = await ownSchema(record, 1);
    const store = new RedisStore(redis, schema, scale);
    try {
      await store.with((stock) => store.#fill(stock, scale.rows));
      return store;
    } catch (error) {
      await store.drop();
      throw error;
    }
  }

  get address(): StoreAddress {
    return { engine: this.redis.address, record: this.#schema.address({}) };
  }

  /** The library on it, in this process, for as long as `use` takes. */
  async with<T>(use: (stock: Stock) => Promise<T>): Promise<T> {
    const { engine, record } = this.address;
    const stock = await Stock.open(await openEngine(engine, { record }), { sweep: false });
    try {
      return await use(stock);
    } finally {
      await stock.close();
    }
  }

  /** One unit of one of these pools, for whoever comes. */
  async reserve(stock: Stock, pools: readonly string[]): Promise<boolean> {
    const lines = [{ pool: randomPool(pools), quantity: 1 }];
    const command = { lines, buyer: randomBuyer(this.#buyers), holdForMs: HOLD_MS };
    const answer = await stock.reserve(command, { key: randomUUID() });
    if (answer.ok) this.#held += 1;
    return answer.ok;
  }

  /** So many units were promised by somebody else. */
  promised(units: number): void {
    this.#held += units;
  }

  /** Resolves once all that was decided is in the record. Somebody must have the store open. */
  async recorded(): Promise<void> {
    while ((await unrecorded(this.redis)) > 0) await wait(PAUSE_MS);
  }

  /** Resolves once what this library has been answered by now is in the record. */
  async recordedBy({ engine }: Stock): Promise<void> {
    await engine.entries({ after: Number.MAX_SAFE_INTEGER, limit: 1 });
  }

  /** Whether every pool has all its units, those that were promised are held, and the record says the same. */
  async isConserved(program: string, say: (line: string) => void): Promise<boolean> {
    const { engine: address, record } = this.address;
    const engine = await openEngine(address, { record, existing: true });
    try {
      let held = 0;
      const segments = await engine.owners(partsOf(SEGMENTED));
      const whole = asOne(segments.filter((segment) => segment !== undefined));
      for (const owner of [...(await engine.owners(this.pools)), whole]) {
        const { supply, ...others } = owner?.accounts ?? {};
        const units = Object.values(others).reduce((sum, { balance }) => sum + balance, 0);
        if (units !== STOCK_PER_POOL || supply?.balance !== -STOCK_PER_POOL) return false;
        held += others.held?.balance ?? 0;
      }
      if (held !== this.#held) say(`redis: ${held} units are held, ${this.#held} were promised`);
      await this.recorded();
      if (held !== this.#held) return false;
    } finally {
      await engine.close();
    }
    return verifiedApart(program, this.address, say);
  }

  async drop(): Promise<void> {
    try {
      await this.redis.drop();
    } finally {
      await this.#schema.drop();
    }
  }

  async #fill(stock: Stock, rows: number): Promise<void> {
    const quantity = STOCK_PER_POOL;
    await Promise.all(this.pools.map((pool) => stock.putPool({ pool })));
    await stock.putPool({ pool: SEGMENTED.pool, segments: SEGMENTED.active });
    const pools = [...this.pools, SEGMENTED.pool];
    await Promise.all(pools.map((pool) => stock.receive({ pool, quantity })));
    let made = 0;
    const make = async () => {
      while (made < rows) {
        made += 1;
        if (!(await this.reserve(stock, this.pools))) made -= 1;
      }
    };
    await Promise.all(Array.from({ length: MADE_AT_ONCE }, make));
    await this.recorded();
  }
}
