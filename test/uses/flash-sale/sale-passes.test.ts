// One pass, shown many times at once, on every kind of store: it makes one order, and that has its id.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { newId } from '../../../src/ids.ts';
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

for (const kind of KINDS) {
  describe(`a pass on ${kind.name}`, () => {
    it('makes one order, however often it is shown', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      const { sales, shop, uses } = its;
      await its.begin({ room: { multiple: 2 }, limits: [{ per: 'buyer', quantityMax: 50 }] });
      refused(await its.buy('ann'), 'not-admitted');
      const pass = newId();
      const buy = (key?: string, quantity = 1) => {
        const lines = [{ pool: 'tea', quantity }];
        const command = { sale: SALE, buyer: 'ann', pass, lines };
        return sales.checkout(command, key === undefined ? {} : { key });
      };
      refused(await buy(undefined, 51), 'limit-exceeded');
      const answers = await Promise.all(Array.from({ length: 12 }, () => buy()));
      const made = answers.filter((answer) => answer.ok);
      assert.equal(made.length, 1);
      for (const answer of answers) if (!answer.ok) assert.equal(answer.code, 'pass-used');
      assert.equal(made[0]!.value.id, pass);
      assert.equal((await shop.inside(TEA)).held, 1);
      // Cancelled, its units are back; the pass is not.
      accepted(await uses.orders.cancel({ order: pass }));
      refused(await buy(), 'pass-used');
    });

    it('gives a repeat under its key the first answer', async (t) => {
      const its = await SaleShop.open(kind.open);
      t.after(() => its.close());
      await its.begin({ room: { multiple: 2 } });
      const lines = [{ pool: 'tea', quantity: 1 }];
      const command = { sale: SALE, buyer: 'ann', pass: newId(), lines };
      const first = accepted(await its.sales.checkout(command, { key: 'one' }));
      const again = await its.sales.checkout(command, { key: 'one' });
      assert.ok(again.ok && again.repeated);
      assert.deepEqual(again.value, first);
      refused(await its.sales.checkout(command, { key: 'two' }), 'pass-used');
    });
  });
}
