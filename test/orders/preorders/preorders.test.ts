// Pre-orders: paid stage by stage while the units are held, and reminded in time. How they end has a file
// of its own.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { verify } from '../../../src/verify/verify.ts';
import { accepted, refused } from '../../support/shop.ts';
import { CONSOLE, DAY_MS, PRICE, StagedShop } from './staged-shop.ts';

const [DEPOSIT, SECOND] = [1_000, 3_333];
const LAST = PRICE - DEPOSIT - SECOND;

let shop: StagedShop;

beforeEach(async () => {
  shop = await StagedShop.open();
});

afterEach(async () => {
  await shop.tidy();
  assert.deepEqual((await verify(shop.shop.engine)).problems, []);
  await shop.close();
});

describe('a pre-order', () => {
  it('is paid in stages, and sold with the last', async () => {
    const order = await shop.order();
    const { total, plan } = await shop.of(order);
    assert.deepEqual(total, { amount: PRICE, currency: 'EUR' });
    assert.deepEqual(
      plan!.stages.map(({ amount }) => amount),
      [DEPOSIT, SECOND, LAST],
    );
    assert.deepEqual(await shop.stands(order), ['RESERVED', 'DUE OPEN OPEN', 0]);
    await shop.pay(order);
    assert.deepEqual(await shop.stands(order), ['RESERVED', 'PAID DUE OPEN', DEPOSIT]);
    await shop.pass(30);
    await shop.pay(order);
    assert.deepEqual(await shop.stands(order), ['RESERVED', 'PAID PAID DUE', DEPOSIT + SECOND]);
    await shop.pass(50);
    assert.deepEqual(await shop.shop.inside('console'), { available: 2, held: 1 });
    await shop.pay(order);
    assert.deepEqual(await shop.stands(order), ['CONFIRMED', 'PAID PAID PAID', PRICE]);
    assert.deepEqual(await shop.shop.inside('console'), { available: 2, sold: 1 });
  });

  it('holds its units until its next stage and grace are over', async () => {
    const order = await shop.order();
    const nowMs = shop.shop.time.wallMs();
    assert.equal((await shop.of(order)).expiresAtMs, nowMs + 15 * 60_000);
    await shop.pay(order);
    assert.equal((await shop.of(order)).expiresAtMs, nowMs + 33 * DAY_MS);
    await shop.pay(order);
    assert.equal((await shop.of(order)).expiresAtMs, shop.launchAtMs - 11 * DAY_MS);
    assert.equal((await shop.of(order)).plan!.stages[2]!.dueAtMs, shop.launchAtMs - 14 * DAY_MS);
  });

  it('may be paid ahead, all that is left at once', async () => {
    const order = await shop.paid(1);
    const payment = await shop.pay(order, 'all');
    assert.deepEqual(await shop.stands(order), ['CONFIRMED', 'PAID PAID PAID', PRICE]);
    assert.equal((await shop.uses.payments.payment(payment))!.due.amount, SECOND + LAST);
  });

  it('reminds of each date once, and of none that is paid', async () => {
    const order = await shop.paid(1);
    const startMs = shop.shop.time.wallMs();
    await shop.pass(31);
    const days = async () =>
      (await shop.told('order.reminder')).map(({ atMs, data }) => [
        Math.round((atMs - startMs) / DAY_MS),
        (data as { stage: string }).stage,
      ]);
    assert.deepEqual(await days(), [
      [23, 'second'],
      [29, 'second'],
    ]);
    await shop.pay(order);
    await shop.pass(49);
    await shop.pay(order);
    await shop.pass(20);
    assert.deepEqual(await days(), [
      [23, 'second'],
      [29, 'second'],
      [79, 'last'],
    ]);
  });

  it('is reminded once where nobody was there for a week', async () => {
    await shop.paid(1);
    shop.shop.time.passMs(29.5 * DAY_MS);
    await shop.tidy();
    assert.equal((await shop.told('order.reminder')).length, 1);
  });

  it('keeps a stage in time though the money comes late, where its payment began in time', async () => {
    const order = await shop.paid(1);
    await shop.pass(32.999);
    const payment = accepted(await shop.uses.payments.start({ order })).id;
    await shop.pass(0.005);
    shop.ledger.pay(payment);
    await shop.callbacks();
    assert.deepEqual(await shop.stands(order), ['RESERVED', 'PAID PAID DUE', DEPOSIT + SECOND]);
  });

  it('whose card is declined at a later stage may be paid by another one', async () => {
    const order = await shop.paid(1);
    const payment = accepted(await shop.uses.payments.start({ order })).id;
    shop.ledger.decline(payment);
    await shop.callbacks();
    assert.equal((await shop.of(order)).status, 'RESERVED');
    accepted(await shop.uses.payments.start({ order }));
  });

  it('may be paid by other ways, a stage at a time', async () => {
    const order = await shop.order();
    refused(await shop.uses.orders.paid({ order }), 'stage-mismatch');
    accepted(await shop.uses.orders.paid({ order, stage: 'deposit' }));
    refused(await shop.uses.orders.paid({ order, stage: 'deposit' }), 'stage-mismatch');
    await shop.pay(order);
    assert.equal(
      accepted(await shop.uses.orders.paid({ order, stage: 'last' })).status,
      'CONFIRMED',
    );
    accepted(await shop.uses.orders.cancel({ order, by: 'shop' }));
    await shop.tidy();
    // What came by another way goes back by another way.
    assert.equal((await shop.of(order)).status, 'REFUNDING');
    accepted(await shop.uses.orders.refunded({ order }));
    assert.deepEqual(await shop.stands(order), ['REFUNDED', 'PAID PAID PAID', 0]);
  });

  it('that was paid in cash and is kept needs nobody to tell of a refund', async () => {
    const order = await shop.order();
    accepted(await shop.uses.orders.paid({ order, stage: 'deposit' }));
    await shop.pass(34);
    assert.equal((await shop.of(order)).status, 'REFUNDED');
  });

  it('that is paid in cash and by card is refunded once both are back', async () => {
    const order = await shop.paid(1);
    accepted(await shop.uses.orders.paid({ order, stage: 'second' }));
    shop.shop.time.passMs((await shop.of(order)).expiresAtMs! - shop.shop.time.wallMs());
    await shop.tidy();
    assert.deepEqual([(await shop.of(order)).status, shop.taken(order)], ['REFUNDING', DEPOSIT]);
    accepted(await shop.uses.orders.refunded({ order }));
    assert.equal((await shop.of(order)).status, 'REFUNDED');
  });

  it('does not stand in the way of another order', async () => {
    accepted(await shop.uses.orders.putPolicy({ channel: 'default', inProgress: 'latest' }));
    const order = await shop.paid(1);
    const lines = [{ pool: 'console', quantity: 1, unitPrice: PRICE }];
    accepted(await shop.uses.orders.checkout({ lines, currency: 'EUR', buyer: 'ann' }));
    assert.equal((await shop.of(order)).status, 'RESERVED');
  });

  it('needs a plan, a total and whole lines', async () => {
    const lines = [{ pool: 'console', quantity: 1, unitPrice: PRICE }];
    const { orders } = shop.uses;
    refused(await orders.checkout({ lines, currency: 'EUR', plan: 'none' }), 'unknown-plan');
    const unpriced = [{ pool: 'console', quantity: 1 }];
    refused(await orders.checkout({ lines: unpriced, plan: 'console' }), 'nothing-to-pay');
    const partial = [{ ...lines[0]!, quantityMin: 0 }];
    refused(
      await orders.checkout({ lines: partial, currency: 'EUR', plan: 'console' }),
      'invalid-request',
    );
  });

  it('takes a voucher when it is made, and none after that', async () => {
    const discount = { basisPoints: 1_000 };
    const { orders } = shop.uses;
    const { campaigns } = orders.vouchers;
    accepted(await campaigns.put({ campaign: 'early', discount, usesPerCode: 5 }));
    await campaigns.import('early', ['EARLY']);
    const lines = [{ pool: 'console', quantity: 1, unitPrice: PRICE }];
    const made = accepted(
      await orders.checkout({ lines, currency: 'EUR', plan: 'console', vouchers: ['EARLY'] }),
    );
    const amounts = made.plan!.stages.map(({ amount }) => amount);
    assert.equal(
      amounts.reduce((sum, amount) => sum + amount, 0),
      made.total!.amount,
    );
    assert.equal(made.total!.amount, PRICE - 1_000);
    const order = await shop.order();
    refused(await orders.vouchers.apply({ order, code: 'EARLY' }), 'voucher-not-applicable');
  });

  it('of less than its deposit has one stage', async () => {
    const fixed = [
      { name: 'deposit', amount: 20_000 },
      { name: 'rest', rest: true as const, dueAfterDepositMs: 0 },
    ];
    accepted(
      await shop.uses.plans.put({ ...CONSOLE, plan: 'dear', stages: fixed, refund: ['kept'] }),
    );
    const order = await shop.order('dear');
    assert.equal((await shop.of(order)).plan!.stages.length, 1);
    await shop.pay(order);
    assert.deepEqual(await shop.stands(order), ['CONFIRMED', 'PAID', PRICE]);
  });
});
