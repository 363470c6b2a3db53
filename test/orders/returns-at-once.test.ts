// Many at once, on every engine: a unit comes back once, a receipt and a verdict take effect once.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Warehouse, type WarehouseEvent } from '../../src/orders/warehouse.ts';
import { accepted } from '../support/shop.ts';
import { ENGINES } from './returning-engines.ts';

const tea = (quantity: number) => [{ pool: 'tea', quantity }];
const TEN = Array.from({ length: 10 }, (_, index) => index);

for (const { name, skip, open } of ENGINES) {
  describe(`at once on ${name}`, { skip }, () => {
    it('two returns of the same units: one wins', async () => {
      const shop = await open();
      const order = await shop.delivered(tea(3));
      const asked = TEN.map(() => shop.returns.request({ order, lines: tea(2) }));
      const answers = await Promise.all(asked);
      assert.equal(answers.filter(({ ok }) => ok).length, 1);
      for (const answer of answers) {
        if (!answer.ok) assert.equal(answer.code, 'quantity-exceeds-sold');
      }
      assert.deepEqual(await shop.inside('tea'), { available: 7, sold: 1, returning: 2 });
      await shop.close();
    });

    it('ten returns of a reservation beside others: one wins, and the others keep theirs', async () => {
      const shop = await open();
      const reservation = await shop.shop.sell('tea', 2);
      await shop.shop.sell('tea', 8);
      const asked = TEN.map(() => shop.returns.request({ reservation, lines: tea(2) }));
      const answers = await Promise.all(asked);
      assert.equal(answers.filter(({ ok }) => ok).length, 1);
      assert.deepEqual(await shop.inside('tea'), { sold: 8, returning: 2 });
      await shop.close();
    });

    it('ten receipts under one id, by ten senders, are one', async () => {
      const shop = await open();
      const id = await shop.requested(2);
      const warehouse = new Warehouse(shop.returns);
      const told: WarehouseEvent = { type: 'received', event: 'w-1', return: id, lines: tea(1) };
      const answers = await Promise.all(
        TEN.map((sender) => warehouse.take(told, { principal: `sender ${sender % 2}` })),
      );
      for (const answer of answers) assert.equal(accepted(answer).lines[0]!.received, 1);
      const again = await warehouse.take(told);
      assert.ok(again.ok && again.repeated);
      assert.deepEqual(await shop.inside('tea'), {
        ...{ available: 7, sold: 1, returning: 1, inspecting: 1 },
      });
      await shop.close();
    });

    it('ten verdicts on three units are three', async () => {
      const shop = await open();
      const id = await shop.requested(3);
      accepted(await shop.returns.receive({ return: id, lines: tea(3) }));
      const lines = [{ pool: 'tea', quantity: 1, verdict: 'sellable' as const }];
      const answers = await Promise.all(
        TEN.map(() => shop.returns.inspect({ return: id, lines }).catch(() => undefined)),
      );
      // Who was overtaken five times is told to come again.
      while ((await shop.returns.return(id))!.status !== 'CLOSED') {
        answers.push(await shop.returns.inspect({ return: id, lines }));
      }
      assert.equal(answers.filter((answer) => answer?.ok).length, 3);
      assert.deepEqual(await shop.inside('tea'), { available: 10 });
      const { lines: shown } = (await shop.returns.return(id))!;
      assert.equal(shown[0]!.sellable, 3);
      await shop.close();
    });

    it('the last two returns of an order end together', async () => {
      const shop = await open();
      const order = await shop.delivered(tea(2));
      const begun = [1, 2].map(() => shop.returns.request({ order, lines: tea(1) }));
      const ids = (await Promise.all(begun)).map((answer) => accepted(answer).id);
      const close = (id: string) => shop.returns.close({ return: id, missing: 'written-off' });
      for (const answer of await Promise.all(ids.map(close))) accepted(answer);
      assert.equal(await shop.statusOf(order), 'RETURNED');
      await shop.close();
    });
  });
}
