// A shop whose one product is sold out, for the time from a cancel to the next buyer: over files, or over
// PostgreSQL with two servers and each carrier of turns. Measures one release; no rates.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownSchema } from '../src/bench/locking/own-schema.ts';
import { openEngine } from '../src/engines/open.ts';
import { KafkaOrderQueue } from '../src/kafka/kafka-order-queue.ts';
import { parseRedisQueue } from '../src/redis-queue/address.ts';
import { RedisOrderQueue } from '../src/redis-queue/redis-order-queue.ts';
import { Stock } from '../src/stock.ts';
import { openUses, type Uses } from '../src/uses/open-uses.ts';
import type { OrderQueue } from '../src/uses/queue/order-queue.ts';
import { provideKafka } from '../test/support/kafka.ts';
import { providePostgres } from '../test/support/postgres.ts';
import { provideRedis } from '../test/support/redis.ts';

export const RELEASE_SHOPS = [
  'files-journal',
  'postgres-journal',
  'postgres-kafka',
  'postgres-redis',
] as const;

const UNITS = 500;
const POOL = 'drop';

interface Server {
  stock: Stock;
  uses: Uses;
}

export interface ReleaseShop {
  /** One release each: from the cancel's reply until the next buyer has it, in ms. */
  cycles: Record<'queue' | 'line', () => Promise<number>>;
  conserved(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openRelease(name: (typeof RELEASE_SHOPS)[number]): Promise<ReleaseShop> {
  const [store, carrier] = name.split('-') as ['files' | 'postgres', string];
  const queue = await carrierOf(carrier);
  const { address, drop } = await storeOf(store);
  const servers: Server[] = [];
  for (let count = 0; count < (store === 'files' ? 1 : 2); count += 1) {
    const stock = await Stock.open(await openEngine(address));
    servers.push({ stock, uses: await openUses(stock, { turns: { queue: queue?.() } }) });
  }
  const shop = new SoldOutShop(servers);
  await shop.sellOut();
  return {
    cycles: { queue: () => shop.releaseToQueue(), line: () => shop.releaseToLine() },
    conserved: () => shop.conserved(),
    async close() {
      shop.close();
      for (const { uses, stock } of servers) {
        await uses.close();
        await stock.close();
      }
      await drop();
    },
  };
}

async function storeOf(store: 'files' | 'postgres') {
  if (store === 'files') {
    const folder = mkdtempSync(join(tmpdir(), 'release-'));
    const drop = async () => rmSync(folder, { recursive: true });
    return { address: `sqlite:${join(folder, 'shop.db')}`, drop };
  }
  const schema = await ownSchema(await providePostgres(), 1);
  return { address: schema.address({}), drop: () => schema.drop() };
}

async function carrierOf(carrier: string): Promise<(() => OrderQueue) | undefined> {
  const name = `release-${randomBytes(6).toString('hex')}`;
  if (carrier === 'kafka') {
    const broker = await provideKafka();
    return () => new KafkaOrderQueue({ brokers: [broker], topic: name, partitions: 4 });
  }
  if (carrier === 'redis') {
    const address = parseRedisQueue(`${await provideRedis()}?queue=${name}`);
    return () => new RedisOrderQueue(address);
  }
  return undefined;
}

class SoldOutShop {
  readonly #servers: readonly Server[];
  readonly #unfollow: () => void;
  /** Orders that hold a unit. */
  readonly #held: string[] = [];
  /** Waits to be told of an order, or of a waiter's offer. */
  readonly #asked = new Map<string, (atMs: number) => void>();
  readonly #told = new Map<string, number>();
  /** The next offers, and those that came before the cancel was answered. */
  readonly #offers: ((atMs: number) => void)[] = [];
  readonly #early: number[] = [];
  #turn = 0;

  constructor(servers: readonly Server[]) {
    this.#servers = servers;
    this.#unfollow = servers[0]!.stock.engine.follow((entries) => {
      const atMs = performance.now();
      for (const { events } of entries) {
        for (const { type, subject } of events) {
          if (type === 'order.reserved') this.#tell(subject, atMs);
          else if (type === 'waiter.offered') this.#offered(subject, atMs);
        }
      }
    });
  }

  async sellOut(): Promise<void> {
    const [{ stock, uses }] = this.#servers as [Server];
    await stock.putPool({ pool: POOL });
    await stock.receive({ pool: POOL, quantity: UNITS });
    await uses.orders.putPolicy({ channel: 'default', decides: 'queue' });
    while (this.#servers.some((server) => server.uses.orders.policy('default').version === 0)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(Array.from({ length: UNITS }, () => this.#order()));
  }

  /** The next buyer orders as soon as the cancel is answered. */
  async releaseToQueue(): Promise<number> {
    await this.#cancel();
    const startMs = performance.now();
    return (await this.#order()) - startMs;
  }

  /** The next buyer waits in line already. */
  async releaseToLine(): Promise<number> {
    const { waiting } = this.#next.uses;
    const buyer = randomBytes(6).toString('hex');
    const joined = await waiting.join({ pool: POOL, buyer, quantity: 1 });
    if (!joined.ok) throw new Error(joined.code);
    await this.#cancel();
    const startMs = performance.now();
    const { promise, resolve } = Promise.withResolvers<number>();
    const early = this.#early.shift();
    if (early === undefined) this.#offers.push(resolve);
    else resolve(early);
    const waitedMs = Math.max(0, (await promise) - startMs);
    // It may be another one's: whoever has an offer takes it, so that it can be cancelled again.
    await this.#toldOf(joined.value.id);
    const taken = await waiting.accept({ pool: POOL, waiter: joined.value.id });
    if (!taken.ok) throw new Error(taken.code);
    this.#held.push(taken.value.id);
    return waitedMs;
  }

  #offered(waiter: string, atMs: number): void {
    const next = this.#offers.shift();
    if (next === undefined) this.#early.push(atMs);
    else next(atMs);
    this.#tell(waiter, atMs);
  }

  async conserved(): Promise<boolean> {
    const pool = await this.#servers[0]!.stock.pool(POOL);
    const { available = 0, held = 0, offered = 0 } = pool ?? {};
    return available + held + offered === UNITS;
  }

  close(): void {
    this.#unfollow();
  }

  get #next(): Server {
    this.#turn += 1;
    return this.#servers[this.#turn % this.#servers.length]!;
  }

  async #cancel(): Promise<void> {
    const order = this.#held.shift();
    if (order === undefined)
      throw new Error('nothing is held: the units are too few for this rate');
    const answer = await this.#next.uses.orders.cancel({ order });
    if (!answer.ok) throw new Error(answer.code);
  }

  /** When it was told that it has its unit. */
  async #order(): Promise<number> {
    const answer = await this.#next.uses.orders.checkout({ lines: [{ pool: POOL, quantity: 1 }] });
    if (!answer.ok) throw new Error(answer.code);
    const order = answer.value.id;
    const atMs = await this.#toldOf(order);
    this.#held.push(order);
    return atMs;
  }

  /** When it was told, or will be. */
  async #toldOf(id: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const toldMs = this.#told.get(id);
    if (toldMs === undefined) this.#asked.set(id, resolve);
    else resolve(toldMs);
    const atMs = await promise;
    this.#told.delete(id);
    return atMs;
  }

  #tell(id: string, atMs: number): void {
    this.#told.set(id, atMs);
    this.#asked.get(id)?.(atMs);
    this.#asked.delete(id);
  }
}
