// The main path of a pre-order on every kind of store: deposit, stage, moved launch, missed stage, refund,
// and the last stage that sells.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import { verify } from '../../../src/verify/verify.ts';
import { postgresKind } from '../../support/postgres-kind.ts';
import { accepted } from '../../support/shop.ts';
import { sqliteKind } from '../../support/sqlite-kind.ts';
import { DAY_MS, PRICE, StagedShop } from './staged-shop.ts';

const KINDS: { name: string; open: (time: ManualTime) => Promise<Engine> }[] = [
  { name: 'memory', open: async (time) => new MemoryEngine({ time }) },
  sqliteKind,
  postgresKind,
];

for (const kind of KINDS) {
  describe(`pre-orders on ${kind.name}`, () => {
    it('are paid, moved, missed and refunded', async (t) => {
      const shop = await StagedShop.open(kind.open);
      t.after(() => shop.close());
      const [sold, missed] = [await shop.paid(2), await shop.paid(1)];
      const launchAtMs = shop.launchAtMs + 10 * DAY_MS;
      accepted(await shop.uses.plans.move({ plan: 'console', launchAtMs }));
      await shop.moved();
      assert.equal((await shop.of(sold)).plan!.stages[2]!.dueAtMs, launchAtMs - 14 * DAY_MS);
      await shop.pass(40);
      assert.deepEqual(await shop.stands(missed), ['REFUNDED', 'PAID OVER OVER', 1_000]);
      await shop.pay(sold);
      assert.deepEqual(await shop.stands(sold), ['CONFIRMED', 'PAID PAID PAID', PRICE]);
      assert.deepEqual(await shop.shop.inside('console'), { available: 2, sold: 1 });
      const reminded = await shop.told('order.reminder');
      assert.deepEqual(
        reminded.map(({ subject }) => subject),
        [missed, missed],
      );
      assert.deepEqual((await verify(shop.shop.engine)).problems, []);
    });
  });
}
