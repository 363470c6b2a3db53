// A shop of several servers on one PostgreSQL database, in one process, whose orders wait in one carrier; and
// the same crowd played again, one after the other, in the order in which the carrier has it.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { postgresAddress } from '../../src/engines/postgres/address.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import type { Order } from '../../src/orders/order-view.ts';
import { Stock } from '../../src/stock.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import type { OrderQueue } from '../../src/uses/queue/order-queue.ts';
import { verify } from '../../src/verify/verify.ts';
import type { Carrier, Stamp } from './carriers.ts';
import { freshSchema } from './postgres.ts';
import { accepted } from './shop.ts';

const UNITS = 40;
export const QUEUE_FOR_MS = 300_000;
const LOOK_EVERY_MS = 20;
const POOLS = [
  ['tea', 'tea'],
  ['tea-elsewhere', 'tea'],
  ['coffee', 'coffee'],
  ['cup', 'cup'],
] as const;

export interface Server {
  stock: Stock;
  uses: Uses;
}

type Ending = { after: (end: () => Promise<void>) => void };

export class WaitingShops {
  readonly servers: Server[] = [];
  readonly carrier: Carrier;
  readonly time = new ManualTime(Date.now());
  readonly #address: string;

  private constructor(carrier: Carrier, address: string) {
    this.carrier = carrier;
    this.#address = address;
  }

  static async open(
    t: Ending,
    carrier: Carrier,
    servers: number,
    end: (queue: OrderQueue) => OrderQueue = (queue) => queue,
  ): Promise<WaitingShops> {
    const shops = new WaitingShops(carrier, (await freshSchema()).address);
    t.after(() => shops.close());
    for (let count = 0; count < servers; count += 1) await shops.join(end(carrier.open()));
    const [{ stock, uses }] = shops.servers as [Server];
    for (const [pool, product] of POOLS) {
      accepted(await stock.putPool({ pool, product }));
      accepted(await stock.receive({ pool, quantity: UNITS }));
    }
    accepted(
      await uses.orders.putPolicy({
        channel: 'default',
        decides: 'queue',
        queueForMs: QUEUE_FOR_MS,
      }),
    );
    // The others hear of it.
    const knows = (server: Server) => server.uses.orders.policy('default').decides === 'queue';
    await until(() => shops.servers.every(knows));
    return shops;
  }

  async join(queue: OrderQueue = this.carrier.open()): Promise<Server> {
    const engine = await PostgresEngine.open(this.#address, { time: this.time });
    const stock = await Stock.open(engine);
    const uses = await openUses(stock, { turns: { queue } });
    const server = { stock, uses };
    this.servers.push(server);
    return server;
  }

  /**
   * Time passes. A server has signed since, so that who joins takes it for no time in which all were away: after
   * one of those nothing is due for a minute.
   */
  async passMs(ms: number): Promise<void> {
    this.time.passMs(ms);
    const { connectionString, schema } = postgresAddress(this.#address);
    const client = new Client({ connectionString });
    await client.connect();
    const signed = `SELECT value FROM "${schema}".meta WHERE key = 'alive_ms'`;
    await until(async () => {
      const { rows } = await client.query(signed);
      return Number(rows[0]?.value) >= Math.floor(this.time.wallMs());
    });
    await client.end();
  }

  async leave(server: Server): Promise<void> {
    this.servers.splice(this.servers.indexOf(server), 1);
    await server.uses.close();
    await server.stock.close();
  }

  async close(): Promise<void> {
    for (const server of [...this.servers]) await this.leave(server);
    await this.carrier.close();
  }

  /** Through the servers in turn, all at once. */
  buy(lines: readonly Order['lines'][]): Promise<Order[]> {
    return Promise.all(
      lines.map(async (each, index) => {
        const { uses } = this.servers[index % this.servers.length]!;
        return accepted(await uses.orders.checkout({ lines: each }));
      }),
    );
  }

  order(id: string): Promise<Order | undefined> {
    return this.servers[0]!.uses.orders.order(id);
  }

  stamps(orders: readonly Order[]): Promise<Stamp[]> {
    return this.carrier.stamps(orders.map(({ id }) => id));
  }

  async decided(orders: readonly { id: string }[]): Promise<void> {
    for (const { id } of orders) {
      await until(async () => (await this.order(id))!.queued !== true);
    }
  }

  /** Resolves once their time is over for whoever looks at what is kept. */
  async ended(orders: readonly { id: string }[]): Promise<void> {
    const [{ stock }] = this.servers as [Server];
    await until(async () => {
      const kept = await stock.engine.documents(orders.map(({ id }) => id));
      return kept.every((order) => order?.state === 'EXPIRED');
    });
  }

  /** Plays the crowd again, one after the other in the order in which the carrier has it. */
  async assertInOrder(stamps: readonly Stamp[]): Promise<void> {
    const left = new Map<string, number>();
    const seen = new Set<string>();
    for (const { order: id } of stamps) {
      if (seen.has(id)) continue;
      seen.add(id);
      const { status, lines, reason } = (await this.order(id))!;
      const { pool, quantity } = lines[0]!;
      const before = left.get(pool) ?? UNITS;
      const expected = quantity <= before ? 'RESERVED' : 'REFUSED';
      assert.equal(status, expected, `${id}: ${quantity} of ${before}, ${reason}`);
      if (quantity <= before) left.set(pool, before - quantity);
    }
    const [{ stock }] = this.servers as [Server];
    assert.deepEqual((await verify(stock.engine)).problems, []);
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(LOOK_EVERY_MS);
}

/** A server's end that puts and is handed nothing. */
export function onlyPutting(queue: OrderQueue): OrderQueue {
  return {
    shown: queue.shown,
    ready: () => queue.ready(),
    put: (turn) => queue.put(turn),
    serve() {},
    status: () => queue.status(),
    close: () => queue.close(),
  };
}

/** A server's end that is handed nothing before it is told to. */
export function servingLater(queue: OrderQueue): { queue: OrderQueue; serves: () => void } {
  let serves = () => {};
  const later: OrderQueue = {
    ...onlyPutting(queue),
    serve(...asked) {
      serves = () => queue.serve(...asked);
    },
  };
  return { queue: later, serves: () => serves() };
}
