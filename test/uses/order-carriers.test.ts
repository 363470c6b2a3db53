// Orders whose turns are carried beside the journal, over several servers on one database: decided in the
// order in which the carrier has them, whoever decides, and each once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Order } from '../../src/orders/order-view.ts';
import { Random } from '../crash/random.ts';
import { CARRIERS } from '../support/carriers.ts';
import { postgresMissing } from '../support/postgres.ts';
import { accepted } from '../support/shop.ts';
import {
  onlyPutting,
  QUEUE_FOR_MS,
  type Server,
  servingLater,
  until,
  WaitingShops,
} from '../support/waiting-shops.ts';

const BUYERS = 120;

function crowd(random: Random): Order['lines'][] {
  const pools = ['tea', 'tea-elsewhere', 'coffee'];
  return Array.from({ length: BUYERS }, () => [
    { pool: random.pick(pools), quantity: random.whole(1, 2) },
  ]);
}

for (const kind of CARRIERS) {
  const skip = kind.missing() ?? postgresMissing() ?? false;
  describe(`orders that wait in ${kind.name}`, { skip, timeout: 600_000 }, () => {
    test('a stamped crowd is decided in the order in which it stands there', async (t) => {
      const shops = await WaitingShops.open(t, await kind.fresh(), 3);
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
      const shops = await WaitingShops.open(t, await kind.fresh(), 1);
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
      const shops = await WaitingShops.open(t, await kind.fresh(), 1);
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

    /** Turns of which half are too old, before anybody decides. */
    async function behind(shops: WaitingShops) {
      const lines = Array.from({ length: BUYERS }, () => [{ pool: 'tea', quantity: 1 }]);
      const early = await shops.buy(lines);
      await shops.passMs(QUEUE_FOR_MS + 1);
      // A server that was out of touch for five seconds takes nothing for due until it has looked, and would
      // decide these: among all other tests one of them once got the unit of the last of those behind it.
      await shops.ended(early);
      const late = await shops.buy(lines);
      await shops.passMs(QUEUE_FOR_MS / 2);
      const { queue, serves } = servingLater(shops.carrier.open());
      const { uses } = await shops.join(queue);
      serves();
      return { early, late, uses };
    }

    test('behind: it says how many wait and how long, and decides all of them', async (t) => {
      const shops = await WaitingShops.open(t, await kind.fresh(), 1, onlyPutting);
      const { early, late, uses } = await behind(shops);
      let [waiting, oldestMs] = [0, 0];
      await until(async () => {
        const status = uses.queue.status();
        waiting = Math.max(waiting, status.waiting);
        oldestMs = Math.max(oldestMs, status.oldestMs ?? 0);
        return (await shops.order(late.at(-1)!.id))!.queued !== true && status.waiting === 0;
      });
      assert.ok(waiting > 1, `${waiting}`);
      assert.ok(oldestMs >= QUEUE_FOR_MS / 2, `${oldestMs}`);
      await shops.decided([...early, ...late]);
    });

    test('behind: what has time left is decided in order', async (t) => {
      const shops = await WaitingShops.open(t, await kind.fresh(), 1, onlyPutting);
      const { early, late } = await behind(shops);
      await shops.decided([...early, ...late]);
      for (const [index, { id }] of early.entries()) {
        assert.equal((await shops.order(id))!.status, 'EXPIRED', `${index} of those too late`);
      }
      const stamps = await shops.stamps([...early, ...late]);
      const isLate = new Set(late.map(({ id }) => id));
      await shops.assertInOrder(stamps.filter(({ order }) => isLate.has(order)));
    });
  });

  describe(`${kind.name} that is away`, {
    skip: kind.ownMissing() ?? postgresMissing() ?? false,
    timeout: 600_000,
  }, () => {
    test('nothing is taken down meanwhile, and what was is decided after it', async (t) => {
      const service = await kind.start();
      t.after(() => service.remove());
      const shops = await WaitingShops.open(t, await kind.fresh(service.address), 1);
      const [{ uses, stock }] = shops.servers as [Server];
      const lines = [{ pool: 'tea', quantity: 1 }];
      const before = await shops.buy([lines]);
      await shops.decided(before);
      await service.kill();
      // The first may be taken down before it is known, and gets its turn when it is asked for again.
      const ask = () => uses.orders.checkout({ lines }, { key: 'k1' });
      await assert.rejects(ask, { code: 'unavailable' });
      // From the journal itself: what a server has heard of it may be behind the first.
      const taken = async () => (await stock.engine.entries({ after: 0, limit: 1_000 })).length;
      const takenDown = await taken();
      for (let count = 0; count < 5; count += 1) {
        await assert.rejects(uses.orders.checkout({ lines }), { code: 'unavailable' });
      }
      assert.equal(await taken(), takenDown);
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
