// A whole sale on every kind of store: armed, sold within its limits, closed, and all of it accounted for.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { memorySlots } from '../../support/memory-slots-kind.ts';
import { postgresKind } from '../../support/postgres-kind.ts';
import { redisKind } from '../../support/redis-kind.ts';
import { SALE, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused } from '../../support/shop.ts';
import { sqliteKind } from '../../support/sqlite-kind.ts';

const KINDS: { name: string; open: (time: ManualTime) => Promise<Engine> }[] = [
  sqliteKind,
  postgresKind,
  redisKind,
  { name: 'memory, in three slots', open: async (time) => memorySlots(3, time) },
];

const BUYERS = 80;

for (const kind of KINDS) {
  describe(`a sale on ${kind.name}`, () => {
    it('sells what it has to a crowd, two to a buyer, and gives the rest home', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      const { shop, sales, uses } = its;
      /** What slots have given each other is no unit of a pool. */
      const inside = async (pool: string) => {
        const { elsewhere: _, ...accounts } = await shop.inside(pool);
        return accounts;
      };
      await its.begin({ limits: [{ per: 'buyer', quantityMax: 2 }] });
      const asked = Array.from({ length: 3 * BUYERS }, (_, index) => {
        return its.buy(`buyer-${index % BUYERS}`);
      });
      const answers = await Promise.all(asked);
      const orders = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
      assert.equal(orders.length, 100);
      const bought = Map.groupBy(orders, ({ buyer }) => buyer);
      for (const [buyer, own] of bought) assert.ok(own.length <= 2, `${buyer} has ${own.length}`);
      for (const answer of answers) {
        if (answer.ok) continue;
        assert.ok(['limit-exceeded', 'insufficient-stock'].includes(answer.code), answer.code);
      }
      for (const { id } of orders.slice(0, 70)) accepted(await uses.orders.paid({ order: id }));
      accepted(await uses.orders.cancel({ order: orders[70]!.id }));
      assert.deepEqual(await inside(TEA), { available: 1, held: 29, sold: 70 });
      accepted(await sales.close({ sale: SALE }));
      refused(await its.buy('late'), 'sale-closed');
      assert.deepEqual(await inside('tea'), { available: 51 });
      for (const { id } of orders.slice(71)) accepted(await uses.orders.cancel({ order: id }));
      assert.deepEqual(await inside('tea'), { available: 80 });
      assert.deepEqual(await inside(TEA), { sold: 70 });
    });

    it('takes up a pool of before that is as good as new, and no other', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      const { shop, sales, uses } = its;
      const items = [{ from: 'tea', quantity: 10, pool: TEA }];
      await its.begin();
      const order = accepted(await its.buy('ann', 2));
      accepted(await uses.orders.cancel({ order: order.id }));
      for (const [before, sale] of [
        [SALE, 'summer'],
        ['summer', 'autumn'],
      ] as const) {
        accepted(await sales.close({ sale: before }));
        await its.settle(before);
        accepted(await sales.create({ sale, items }));
        accepted(await shop.stock.receive({ pool: TEA, quantity: 1 }));
        refused(await sales.arm({ sale }), 'sale-pool-taken');
        accepted(await shop.stock.transfer({ from: TEA, to: 'tea', quantity: 1 }));
        accepted(await sales.arm({ sale }));
        accepted(await sales.open({ sale }));
      }
      const bought = { sale: 'autumn', buyer: 'ann', lines: [{ pool: TEA, quantity: 10 }] };
      const { id } = accepted(await sales.checkout(bought));
      accepted(await uses.orders.paid({ order: id }));
      accepted(await sales.close({ sale: 'autumn' }));
      await its.settle('autumn');
      accepted(await sales.create({ sale: 'winter', items }));
      refused(await sales.arm({ sale: 'winter' }), 'sale-pool-taken');
    });
  });
}
