// A sold-out sale on every kind of store, from its opening until it is settled.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import { memorySlots } from '../../support/memory-slots-kind.ts';
import { postgresKind } from '../../support/postgres-kind.ts';
import { recordedRedisKind, redisKind } from '../../support/redis-kind.ts';
import { SALE, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused } from '../../support/shop.ts';
import { sqliteKind } from '../../support/sqlite-kind.ts';

const KINDS: { name: string; open: (time: ManualTime) => Promise<Engine> }[] = [
  { name: 'memory', open: async (time) => new MemoryEngine({ time }) },
  sqliteKind,
  postgresKind,
  redisKind,
  recordedRedisKind,
  { name: 'memory, in three slots', open: async (time) => memorySlots(3, time) },
];

const UNITS = 10;
const items = [{ from: 'tea', quantity: UNITS, unitPrice: 250 }];
const LIMITED = {
  items,
  currency: 'EUR',
  limits: [{ per: 'buyer' as const, quantityMax: 2 }],
};

/** What slots have given each other is no unit of a pool. */
async function inside({ shop }: SaleShop, pool: string) {
  const { elsewhere: _, ...accounts } = await shop.inside(pool);
  return accounts;
}

for (const kind of KINDS) {
  describe(`a sold-out sale on ${kind.name}`, () => {
    it('serves its waiting list in order, and ends it when it closes', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      const { orders, waiting } = its.uses;
      await its.begin({ ...LIMITED, whenSoldOut: { do: 'waiting-list' } });
      const crowd = await Promise.all(
        Array.from({ length: 40 }, (_, index) => its.buy(`buyer-${index % 20}`)),
      );
      const bought = crowd.flatMap((answer) => (answer.ok ? [answer.value.id] : []));
      assert.equal(bought.length, UNITS);
      const joined = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          waiting.join({ pool: TEA, buyer: `late-${index}`, quantity: 1 }),
        ),
      );
      const places = joined.map((answer) => accepted(answer).id).sort();
      // Those who wait not are as fast as can be, and get nothing.
      const [, ...rushed] = await Promise.all([
        Promise.all(bought.slice(0, 4).map((order) => orders.cancel({ order }))),
        ...Array.from({ length: 20 }, (_, index) => its.buy(`rush-${index}`)),
      ]);
      for (const answer of rushed) refused(answer, 'insufficient-stock');
      const look = async (waiter: string) => (await waiting.waiter({ pool: TEA, waiter }))!;
      const served = async () => {
        await waiting.idle();
        const states = await Promise.all(places.map(look));
        return states.filter(({ status }) => status === 'OFFERED').map(({ id }) => id);
      };
      let offered = await served();
      while (offered.length < 4) offered = await served();
      assert.deepEqual(offered, places.slice(0, 4));
      const order = accepted(await waiting.accept({ pool: TEA, waiter: places[0]! }));
      assert.deepEqual([order.sale, order.total?.amount], [SALE, 250]);
      for (const id of [order.id, ...bought.slice(4)]) accepted(await orders.paid({ order: id }));
      accepted(await its.sales.close({ sale: SALE }));
      const last = accepted(await waiting.accept({ pool: TEA, waiter: places[1]! }));
      accepted(await orders.paid({ order: last.id }));
      await its.settle();
      const ends = (await Promise.all(places.map(look))).map(({ status }) => status);
      assert.deepEqual(ends, [
        ...['TAKEN', 'TAKEN', 'LAPSED', 'LAPSED'],
        ...places.slice(4).map(() => 'LEFT'),
      ]);
      assert.deepEqual(await inside(its, TEA), { sold: 8 });
      assert.deepEqual(await inside(its, 'tea'), { available: 142 });
    });

    it('sells what is still to come, up to its cap, and gives it out in order', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      const { orders } = its.uses;
      // Nothing is left where its units come from.
      accepted(await its.shop.stock.adjust({ pool: 'tea', quantity: -(150 - UNITS) }));
      await its.begin({ ...LIMITED, whenSoldOut: { do: 'pre-sale', quantityMax: 6 } });
      const crowd = await Promise.all(
        Array.from({ length: 60 }, (_, index) => its.buy(`buyer-${index % 30}`)),
      );
      const made = crowd.flatMap((answer) => (answer.ok ? [answer.value] : []));
      const pre = made.filter(({ preSold }) => preSold !== undefined);
      assert.deepEqual([made.length, pre.length], [UNITS + 6, 6]);
      for (const answer of crowd) if (!answer.ok) assert.match(answer.code, /^(limit|insuff)/);
      const bought = Map.groupBy(made, ({ buyer }) => buyer);
      for (const [buyer, own] of bought) assert.ok(own.length <= 2, `${buyer} has ${own.length}`);
      // What comes back is for the next buyer; the room for what is to come stays used.
      const own = made.find(({ preSold }) => preSold === undefined)!;
      accepted(await orders.cancel({ order: own.id }));
      const next = accepted(await its.buy('next'));
      assert.equal(next.preSold, undefined);
      refused(await its.buy('last'), 'insufficient-stock');
      for (const { id } of made) if (id !== own.id) accepted(await orders.paid({ order: id }));
      accepted(await its.sales.close({ sale: SALE }));
      const ids = pre.map(({ id }) => id).sort();
      refused(await orders.pack({ order: ids[0]! }), 'order-awaits-stock');
      const waiting = async () => {
        const all = await Promise.all(ids.map((id) => orders.order(id)));
        return all.filter((order) => order!.awaitsStock === true).map((order) => order!.id);
      };
      accepted(await its.shop.stock.receive({ pool: 'tea', quantity: 4 }));
      while ((await waiting()).length > 2) await its.idle();
      assert.deepEqual(await waiting(), ids.slice(4));
      accepted(await orders.pack({ order: ids[0]! }));
      accepted(await its.shop.stock.receive({ pool: 'tea', quantity: 5 }));
      while ((await waiting()).length > 0) await its.idle();
      accepted(await orders.cancel({ order: next.id }));
      await its.settle();
      assert.deepEqual(await inside(its, TEA), { sold: UNITS - 1 + 6 });
      assert.deepEqual(await inside(its, 'tea'), { available: 4 });
      assert.deepEqual(await inside(its, `${TEA}:pre`), {});
    });

    it('names what else there is, and what has been sold by then no more', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      const pools = ['cups', 'mugs', 'none', 'tea'];
      accepted(await its.shop.stock.putPool({ pool: 'mugs' }));
      await its.begin({ ...LIMITED, whenSoldOut: { do: 'alternatives', pools } });
      for (let count = 0; count < 5; count += 1) {
        const order = accepted(await its.buy(`buyer-${count}`, 2));
        accepted(await its.uses.orders.paid({ order: order.id }));
      }
      const { details } = refused(await its.buy('late'), 'insufficient-stock');
      assert.deepEqual(details.alternatives, [
        { pool: 'cups', available: 10 },
        { pool: 'tea', available: 140 },
      ]);
      await its.shop.sell('cups', 10);
      const told = async () => refused(await its.buy('late'), 'insufficient-stock').details;
      let { alternatives } = await told();
      // What is shown may be a moment old, and no older than that.
      while ((alternatives as unknown[]).length > 1) ({ alternatives } = await told());
      assert.deepEqual(alternatives, [{ pool: 'tea', available: 140 }]);
      assert.equal(refused(await its.buy('buyer-1'), 'insufficient-stock').details.sale, SALE);
      accepted(await its.sales.close({ sale: SALE }));
      await its.settle();
    });
  });
}
