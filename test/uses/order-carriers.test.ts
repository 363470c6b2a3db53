// Orders whose turns are carried beside the journal, over several servers on one database: decided in the
// order in which the carrier has them, whoever decides, and each once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import type { Order } from '../../src/orders/order-view.ts';
import { Stock } from '../../src/stock.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import type { OrderQueue } from '../../src/uses/queue/order-queue.ts';
import { verify } from '../../src/verify/verify.ts';
import { Random } from '../crash/random.ts';
import { CARRIERS, type Carrier, type Stamp } from '../support/carriers.ts';
import { freshSchema, postgresMissing } from '../support/postgres.ts';
import { accepted } from '../support/shop.ts';

const UNITS = 40;
const BUYERS = 120;
const QUEUE_FOR_MS = 300_000;
const LOOK_EVERY_MS = 20;
const POOLS = [
  ['tea', 'tea'],
  ['tea-elsewhere', 'tea'],
  ['coffee', 'coffee'],
  ['cup', 'cup'],
] as const;

interface Server {
  stock: Stock;
  uses: Uses;
}

type Ending = { after: (end: () => Promise<void>) => void };

class Shops {
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
  ): Promise<Shops> {
    const shops = new Shops(carrier, (await freshSchema()).address);
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

  /** Plays the crowd again, one after the other in the order in which the carrier has it. */
  async assertInOrder(stamps: readonly Stamp[]): Promise<void> {
    const left = new Map<string, number>();
    const seen = new Set<string>();
    for (const { order: id } of stamps) {
      if (seen.has(id)) continue;
      seen.add(id);
      const { status, lines } = (await this.order(id))!;
      const { pool, quantity } = lines[0]!;
      const before = left.get(pool) ?? UNITS;
      const expected = quantity <= before ? 'RESERVED' : 'REFUSED';
      assert.equal(status, expected, `${id}: ${quantity} of ${before}`);
      if (quantity <= before) left.set(pool, before - quantity);
    }
    const [{ stock }] = this.servers as [Server];
    assert.deepEqual((await verify(stock.engine)).problems, []);
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(LOOK_EVERY_MS);
}

function crowd(random: Random): Order['lines'][] {
  const pools = ['tea', 'tea-elsewhere', 'coffee'];
  return Array.from({ length: BUYERS }, () => [
    { pool: random.pick(pools), quantity: random.whole(1, 2) },
  ]);
}

for (const kind of CARRIERS) {
  const skip = kind.missing() ?? postgresMissing() ?? false;
  describe(`orders that wait in ${kind.name}`, { skip, timeout: 300_000 }, () => {
    test('a stamped crowd is decided in the order in which it stands there', async (t) => {
      const shops = await Shops.open(t, await kind.fresh(), 3);
      const random = new Random(Date.now());
      const first = await shops.buy(crowd(random));
      for (const { status, queued } of first) assert.deepEqual([status, queued], ['PENDING', true]);
      // Somebody goes, somebody comes.
      await shops.leave(shops.servers[1]!);
      await shops.join();
      const second = await shops.buy(crowd(random));
      const all = [...first, ...second];
      await shops.decided(all);
      const stamps = await shops.stamps(all);
      assert.equal(new Set(stamps.map(({ order }) => order)).size, 2 * BUYERS);
      await shops.assertInOrder(stamps);
    });

    test('a cart of several products says whose turn it takes', async (t) => {
      const shops = await Shops.open(t, await kind.fresh(), 1);
      const cart = [
        { pool: 'tea-elsewhere', quantity: 1 },
        { pool: 'cup', quantity: 2 },
      ];
      const orders = await shops.buy([cart, [{ pool: 'tea', quantity: 1 }]]);
      assert.deepEqual(
        orders.map(({ turnOf }) => turnOf),
        ['tea', 'tea'],
      );
      await shops.decided(orders);
      const stamps = await shops.stamps(orders);
      assert.equal(new Set(stamps.map(({ line }) => line)).size, 1);
      const { status, lines, turnOf } = (await shops.order(orders[0]!.id))!;
      assert.deepEqual([status, lines, turnOf], ['RESERVED', cart, undefined]);
    });

    test('the same key gets the same order, which is decided once however often it is put', async (t) => {
      const shops = await Shops.open(t, await kind.fresh(), 1);
      const [{ uses, stock }] = shops.servers as [Server];
      const command = { lines: [{ pool: 'tea', quantity: 1 }] };
      const [one, two] = await Promise.all([
        uses.orders.checkout(command, { key: 'k1' }),
        uses.orders.checkout(command, { key: 'k1' }),
      ]);
      const { id } = accepted(one);
      assert.equal(accepted(two).id, id);
      await shops.decided([{ id }]);
      const queue = shops.carrier.open();
      await queue.put({ order: id, product: 'tea', atMs: 0 });
      await queue.put({ order: '01a1f888-cf04-73e4-a464-d9c3307a73e6', product: 'tea', atMs: 0 });
      await queue.close();
      const [later] = await shops.buy([[{ pool: 'tea', quantity: 1 }]]);
      await shops.decided([later!]);
      const { held } = (await stock.pool('tea'))!;
      assert.equal(held, 2);
    });

    test('behind: it says how many wait and how long, and decides in order what has time left', async (t) => {
      const shops = await Shops.open(t, await kind.fresh(), 1, onlyPutting);
      const lines = Array.from({ length: BUYERS }, () => [{ pool: 'tea', quantity: 1 }]);
      const early = await shops.buy(lines);
      shops.time.passMs(QUEUE_FOR_MS + 1);
      const late = await shops.buy(lines);
      shops.time.passMs(QUEUE_FOR_MS / 2);
      const { uses } = await shops.join();
      let [waiting, oldestMs] = [0, 0];
      await until(async () => {
        const status = uses.queue.status();
        waiting = Math.max(waiting, status.waiting);
        oldestMs = Math.max(oldestMs, status.oldestMs ?? 0);
        return (await shops.order(late.at(-1)!.id))!.queued !== true && status.waiting === 0;
      });
      assert.ok(waiting > 1, `${waiting}`);
      assert.ok(oldestMs >= QUEUE_FOR_MS / 2, `${oldestMs}`);
      await shops.decided(late);
      const stamps = await shops.stamps([...early, ...late]);
      const isLate = new Set(late.map(({ id }) => id));
      await shops.assertInOrder(stamps.filter(({ order }) => isLate.has(order)));
      for (const { id } of early) assert.equal((await shops.order(id))!.status, 'EXPIRED');
    });
  });

  describe(`${kind.name} that is away`, {
    skip: kind.ownMissing() ?? postgresMissing() ?? false,
    timeout: 300_000,
  }, () => {
    test('nothing is taken down meanwhile, and what was is decided after it', async (t) => {
      const service = await kind.start();
      t.after(() => service.remove());
      const shops = await Shops.open(t, await kind.fresh(service.address), 1);
      const [{ uses, stock }] = shops.servers as [Server];
      const lines = [{ pool: 'tea', quantity: 1 }];
      const before = await shops.buy([lines]);
      await shops.decided(before);
      await service.kill();
      // The first may be taken down before it is known, and gets its turn when it is asked for again.
      const ask = () => uses.orders.checkout({ lines }, { key: 'k1' });
      await assert.rejects(ask, { code: 'unavailable' });
      const { position } = stock.engine.health();
      for (let count = 0; count < 5; count += 1) {
        await assert.rejects(uses.orders.checkout({ lines }), { code: 'unavailable' });
      }
      assert.equal(stock.engine.health().position, position);
      const { state, reason } = uses.queue.status();
      assert.equal(state, 'away');
      assert.ok(reason !== undefined);
      await service.restart();
      await until(async () => (await ask().catch(() => undefined))?.ok === true);
      const again = accepted(await ask());
      await shops.decided([again]);
      assert.equal((await shops.order(again.id))!.status, 'RESERVED');
      await until(() => uses.queue.status().state === 'deciding');
    });
  });
}

/** A server's end that puts and is handed nothing. */
function onlyPutting(queue: OrderQueue): OrderQueue {
  return {
    shown: queue.shown,
    ready: () => queue.ready(),
    put: (turn) => queue.put(turn),
    serve() {},
    status: () => queue.status(),
    close: () => queue.close(),
  };
}
