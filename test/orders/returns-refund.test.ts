// What a return wants refunded: the share of its units, what a person says, never more than was paid; and
// what it gives back under purchase limits.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { OrderData } from '../../src/kernel/order.ts';
import { ReturningShop } from '../support/returning.ts';
import { accepted, refused } from '../support/shop.ts';

let shop: ReturningShop;
beforeEach(async () => {
  shop = await ReturningShop.open();
});
afterEach(() => shop.close());

/** A line comes back whole, received and found good. */
async function comesBack(order: string, line: number, quantity: number, refund?: number) {
  const { returns } = shop;
  const lines = [{ line, quantity }];
  const { id } = accepted(await returns.request({ order, lines }));
  accepted(await returns.receive({ return: id, lines }));
  const verdict = 'sellable' as const;
  const given = refund === undefined ? {} : { refund };
  const passed = lines.map((one) => ({ ...one, verdict }));
  return accepted(await returns.inspect({ return: id, lines: passed, ...given }));
}

async function refunds() {
  const entries = await shop.shop.engine.entries({ after: 0, limit: 1_000 });
  return entries.flatMap(({ events }) =>
    events.filter(({ type }) => type === 'return.refund').map(({ data }) => data),
  );
}

/** Takes a discount off an order, as a voucher does. */
async function discounted(order: string, amount: number): Promise<void> {
  const [document] = await shop.shop.engine.documents([order]);
  const { id, kind, state, data } = document!;
  const written = { ...data, discounts: [{ code: 'ten', amount }] } as unknown as OrderData;
  const write = { id, kind, state, data: { ...written } as never, final: true };
  assert.ok((await shop.shop.commit({ writes: [write], events: [] })).ok);
}

describe('what a return wants refunded', () => {
  it('is the price of its units, told by an event and summed on the order', async () => {
    const order = await shop.delivered([
      { pool: 'tea', quantity: 3, unitPrice: 450 },
      { pool: 'cups', quantity: 1, unitPrice: 1_200 },
    ]);
    const { id, refundWanted } = await comesBack(order, 0, 2);
    assert.deepEqual(refundWanted, { amount: 900, currency: 'EUR' });
    await comesBack(order, 1, 1);
    const { refundWanted: all } = (await shop.orders.order(order))!;
    assert.deepEqual(all, { amount: 2_100, currency: 'EUR' });
    const told = await refunds();
    assert.deepEqual(told, [
      { order, amount: 900, currency: 'EUR' },
      { order, amount: 1_200, currency: 'EUR' },
    ]);
    assert.ok((await shop.returns.return(id))!.refundWanted);
  });

  it('is less the share of what was taken off, and all returns together come to the whole', async () => {
    const order = await shop.delivered([{ pool: 'tea', quantity: 3, unitPrice: 100 }]);
    await discounted(order, 100);
    const amounts: number[] = [];
    for (let unit = 0; unit < 3; unit += 1) {
      amounts.push((await comesBack(order, 0, 1)).refundWanted!.amount);
    }
    assert.deepEqual(amounts, [66, 67, 67]);
  });

  it('is what a person says, never more than was paid and is not wanted yet', async () => {
    const order = await shop.delivered([{ pool: 'tea', quantity: 3, unitPrice: 500 }]);
    assert.equal((await comesBack(order, 0, 1, 300)).refundWanted!.amount, 300);
    const { id } = accepted(
      await shop.returns.request({ order, lines: [{ line: 0, quantity: 2 }] }),
    );
    const close = { return: id, missing: 'written-off' } as const;
    const { details } = refused(
      await shop.returns.close({ ...close, refund: 1_201 }),
      'refund-exceeds-paid',
    );
    assert.equal(details.refundable, 1_200);
    assert.equal(
      accepted(await shop.returns.close({ ...close, refund: 1_200 })).refundWanted!.amount,
      1_200,
    );
  });

  it('is nothing where nothing was paid, where it is cancelled, or where it was said so', async () => {
    const free = await shop.delivered([{ pool: 'tea', quantity: 1 }]);
    assert.equal((await comesBack(free, 0, 1)).refundWanted, undefined);
    const order = await shop.delivered([{ pool: 'tea', quantity: 2, unitPrice: 500 }]);
    const { id } = accepted(await shop.returns.request({ order }));
    assert.equal(accepted(await shop.returns.cancel({ return: id })).refundWanted, undefined);
    assert.equal((await comesBack(order, 0, 1, 0)).refundWanted, undefined);
    assert.deepEqual(await refunds(), []);
  });

  it('of an order with a total alone is known for one line, else when all of it is back', async () => {
    const { orders } = shop;
    const lines = [
      { pool: 'tea', quantity: 2 },
      { pool: 'cups', quantity: 1 },
    ];
    const total = { amount: 1_000, currency: 'EUR' };
    const { id: order } = accepted(await orders.checkout({ lines, total }));
    accepted(await orders.paid({ order }));
    accepted(await orders.ship({ order }));
    assert.equal((await comesBack(order, 0, 2)).refundWanted, undefined);
    assert.equal((await comesBack(order, 1, 1)).refundWanted!.amount, 1_000);
  });
});

describe('purchase limits', () => {
  for (const returnsGiveBack of [true, false]) {
    it(`that ${returnsGiveBack ? '' : 'do not '}give back count what came back`, async () => {
      const { stock } = shop.shop;
      const rule = { per: 'buyer', scope: 'all', quantityMax: 2, returnsGiveBack } as const;
      accepted(await stock.putLimit({ limit: 'two', ...rule }));
      const order = await shop.delivered([{ pool: 'tea', quantity: 2 }], { buyer: 'ann' });
      const again = { lines: [{ pool: 'tea', quantity: 1 }], buyer: 'ann' };
      const { id } = accepted(await shop.returns.request({ order }));
      refused(await shop.orders.checkout(again), 'limit-exceeded');
      const lines = [{ line: 0, quantity: 2 }];
      accepted(await shop.returns.receive({ return: id, lines }));
      const passed = [{ line: 0, quantity: 1, verdict: 'quarantine' as const }];
      accepted(await shop.returns.inspect({ return: id, lines: passed }));
      const answer = await shop.orders.checkout(again);
      if (returnsGiveBack) accepted(answer);
      else refused(answer, 'limit-exceeded');
      await shop.assertSound();
      accepted(await shop.returns.inspect({ return: id, lines: passed }));
    });
  }

  it('over a window give back too', async () => {
    const { stock } = shop.shop;
    const rule = { per: 'buyer', scope: 'all', quantityMax: 2, windowMs: 3_600_000 } as const;
    accepted(await stock.putLimit({ limit: 'hour', ...rule, returnsGiveBack: true }));
    const order = await shop.delivered([{ pool: 'tea', quantity: 2 }], { buyer: 'ann' });
    const { id } = accepted(await shop.returns.request({ order }));
    accepted(await shop.returns.close({ return: id, missing: 'written-off' }));
    const again = { lines: [{ pool: 'tea', quantity: 2 }], buyer: 'ann' };
    accepted(await shop.orders.checkout(again));
  });
});
