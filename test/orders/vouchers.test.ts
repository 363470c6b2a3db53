// Vouchers on orders: held with an unpaid one, free again however that ends, used up once it is paid.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused } from '../support/shop.ts';
import { EUR, VoucherShop } from './voucher-shop.ts';

let at: VoucherShop;

beforeEach(async () => {
  at = await VoucherShop.open();
});

afterEach(async () => {
  const report = await verify(at.shop.engine);
  assert.deepEqual(report.problems, []);
  await at.close();
});

describe('a voucher is used once', () => {
  beforeEach(() => at.campaign());

  it('held with an unpaid order: nobody else may have it', async () => {
    const order = accepted(await at.checkout());
    assert.deepEqual(order.total, { amount: 1_500, currency: EUR });
    assert.deepEqual(order.discounts, [{ code: 'SUMMER', campaign: 'summer', amount: 500 }]);
    const { details } = refused(await at.checkout(), 'voucher-used-up');
    assert.deepEqual(details, { campaign: 'summer', code: 'SUMMER' });
    assert.deepEqual(await at.counts(), [1, 0]);
    assert.deepEqual(await at.shop.inside('tea'), { available: 999, held: 1 });
  });

  it('free again when the order is cancelled', async () => {
    const order = await at.ordered();
    accepted(await at.orders.cancel({ order }));
    assert.deepEqual(await at.counts(), [0, 0]);
    accepted(await at.checkout({ buyer: 'bob' }));
  });

  it('free again at the very moment of the deadline', async () => {
    await at.ordered({ holdForMs: 60_000 });
    at.shop.time.passMs(59_999);
    refused(await at.checkout(), 'voucher-used-up');
    at.shop.time.passMs(1);
    accepted(await at.checkout());
  });

  it('free again when another order of the buyer takes the place of the first', async () => {
    accepted(await at.orders.putPolicy({ channel: 'default', inProgress: 'latest' }));
    await at.ordered({ buyer: 'ann' });
    const second = await at.ordered({ buyer: 'ann' });
    assert.deepEqual(await at.counts(), [1, 0]);
    accepted(await at.orders.paid({ order: second }));
    assert.deepEqual(await at.counts(), [0, 1]);
  });

  it('used up once the order is paid', async () => {
    const order = await at.ordered();
    accepted(await at.orders.paid({ order }));
    assert.deepEqual(await at.counts(), [0, 1]);
    at.shop.time.passMs(86_400_000);
    refused(await at.checkout(), 'voucher-used-up');
  });

  it('free again when a paid order is taken back before it was shipped', async () => {
    const order = await at.ordered();
    accepted(await at.orders.paid({ order }));
    accepted(await at.orders.cancel({ order }));
    assert.deepEqual(await at.counts(), [0, 0]);
    accepted(await at.checkout());
  });

  it('taken again by money that comes late, if it is there', async () => {
    const order = await at.ordered({ holdForMs: 1_000 });
    at.shop.time.passMs(1_000);
    const paid = accepted(await at.orders.paid({ order }));
    assert.deepEqual(paid.total, { amount: 1_500, currency: EUR });
    assert.deepEqual(await at.counts(), [0, 1]);
    refused(await at.checkout(), 'voucher-used-up');
  });

  it('refused to money that comes late when somebody else has it', async () => {
    const order = await at.ordered({ holdForMs: 1_000 });
    at.shop.time.passMs(1_000);
    await at.ordered({ buyer: 'bob' });
    refused(await at.orders.paid({ order }), 'voucher-used-up');
    assert.deepEqual(await at.shop.inside('tea'), { available: 999, held: 1 });
  });

  it('found however it is typed', async () => {
    assert.equal(accepted(await at.checkout({ vouchers: [' sum-mer '] })).status, 'RESERVED');
    refused(await at.checkout({ vouchers: ['WINTER'] }), 'unknown-voucher');
    refused(await at.checkout({ vouchers: [''] }), 'invalid-request');
    refused(await at.checkout({ vouchers: ['SUMMER', 'summer'] }), 'voucher-not-applicable');
  });

  it('takes effect once under one key', async () => {
    const order = { lines: [{ pool: 'tea', quantity: 1 }], vouchers: ['SUMMER'] };
    const first = accepted(await at.orders.checkout(order, { key: 'k' }));
    const again = await at.orders.checkout(order, { key: 'k' });
    assert.ok(again.ok && again.repeated && again.value.id === first.id);
  });
});

describe('where units are taken on payment', () => {
  const later = { channel: 'later', holdForMs: 60_000 };

  beforeEach(async () => {
    await at.campaign();
    accepted(await at.orders.putPolicy({ channel: 'later', deduct: 'on-payment' }));
  });

  it('the order itself holds the voucher, until it ends', async () => {
    const order = accepted(await at.checkout(later));
    assert.equal(order.status, 'PENDING');
    refused(await at.checkout(later), 'voucher-used-up');
    accepted(await at.orders.cancel({ order: order.id }));
    await at.ordered(later);
    at.shop.time.passMs(60_000);
    await at.ordered(later);
    at.shop.time.passMs(60_000);
    await at.shop.stock.sweep();
    assert.deepEqual(await at.counts(), [0, 0]);
  });

  it('the voucher goes over to what is sold, in time or late', async () => {
    const order = await at.ordered(later);
    accepted(await at.orders.paid({ order }));
    assert.deepEqual(await at.counts(), [0, 1]);
    accepted(await at.orders.cancel({ order }));
    assert.deepEqual(await at.counts(), [0, 0]);
    const late = await at.ordered(later);
    at.shop.time.passMs(60_000);
    accepted(await at.orders.paid({ order: late }));
    refused(await at.checkout(), 'voucher-used-up');
    assert.deepEqual(await at.counts(), [0, 1]);
  });

  it('is applied and taken off', async () => {
    const order = await at.ordered({ ...later, vouchers: [] });
    accepted(await at.vouchers.apply({ order, code: 'SUMMER' }));
    refused(await at.checkout(), 'voucher-used-up');
    at.shop.time.passMs(60_000);
    assert.equal((await at.orders.order(order))!.status, 'EXPIRED');
    const other = await at.ordered({ ...later, vouchers: [] });
    accepted(await at.vouchers.apply({ order: other, code: 'SUMMER' }));
    const without = accepted(await at.vouchers.remove({ order: other, code: 'SUMMER' }));
    assert.deepEqual(without.total, { amount: 2_000, currency: EUR });
    assert.deepEqual(await at.counts(), [0, 0]);
  });
});

describe('applied to an order that waits to be paid', () => {
  beforeEach(() => at.campaign());

  it('holds it from then on, until it is taken off', async () => {
    const order = await at.ordered({ vouchers: [], holdForMs: 60_000 });
    const deadline = (await at.orders.order(order))!.expiresAtMs;
    at.shop.time.passMs(1_000);
    const applied = accepted(await at.vouchers.apply({ order, code: 'summer' }));
    assert.deepEqual(applied.total, { amount: 1_500, currency: EUR });
    assert.equal(applied.expiresAtMs, deadline);
    refused(await at.checkout(), 'voucher-used-up');
    refused(await at.vouchers.apply({ order, code: 'summer' }), 'voucher-not-applicable');
    const without = accepted(await at.vouchers.remove({ order, code: 'summer' }));
    assert.deepEqual(without.total, { amount: 2_000, currency: EUR });
    refused(await at.vouchers.remove({ order, code: 'summer' }), 'unknown-voucher');
    accepted(await at.checkout());
  });

  it('is not taken again late once it was taken off', async () => {
    const order = await at.ordered({ holdForMs: 1_000 });
    accepted(await at.vouchers.remove({ order, code: 'SUMMER' }));
    at.shop.time.passMs(1_000);
    accepted(await at.orders.paid({ order }));
    assert.deepEqual(await at.counts(), [0, 0]);
  });

  it('is refused for one that is paid, cancelled or over', async () => {
    const paid = await at.ordered({ vouchers: [] });
    accepted(await at.orders.paid({ order: paid }));
    const cancelled = await at.ordered({ vouchers: [] });
    accepted(await at.orders.cancel({ order: cancelled }));
    const late = await at.ordered({ vouchers: [], holdForMs: 1_000 });
    at.shop.time.passMs(1_000);
    const apply = (order: string) => at.vouchers.apply({ order, code: 'SUMMER' });
    refused(await apply(paid), 'order-paid');
    refused(await apply(cancelled), 'order-cancelled');
    refused(await apply(late), 'order-expired');
    assert.deepEqual(await at.counts(), [0, 0]);
  });
});
