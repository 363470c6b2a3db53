// How pre-orders end: by a stage that is missed, by either side, by money that never comes; and what stays
// with the shop each time.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RefundTerms } from '../../../src/kernel/plan-terms.ts';
import { verify } from '../../../src/verify/verify.ts';
import { accepted } from '../../support/shop.ts';
import { CONSOLE, DAY_MS, PRICE, StagedShop } from './staged-shop.ts';

const [DEPOSIT, SECOND] = [1_000, 3_333];

let shop: StagedShop;

beforeEach(async () => {
  shop = await StagedShop.open();
});

afterEach(async () => {
  await shop.tidy();
  assert.deepEqual((await verify(shop.shop.engine)).problems, []);
  await shop.close();
});

describe('a pre-order that ends', () => {
  it('without a deposit has expired', async () => {
    const order = await shop.order();
    await shop.pass(1);
    assert.deepEqual(await shop.stands(order), ['EXPIRED', 'OVER OVER OVER', 0]);
    assert.deepEqual(await shop.shop.inside('console'), { available: 3 });
  });

  it('with a deposit frees its unit in the step that sends the money back', async () => {
    const order = await shop.paid(2);
    const lastDayMs = (await shop.of(order)).expiresAtMs! - shop.shop.time.wallMs();
    shop.shop.time.passMs(lastDayMs);
    // Nobody has tidied up: whoever wants it gets it.
    await shop.shop.sell('console', 3);
    assert.equal((await shop.of(order)).status, 'REFUNDING');
    await shop.tidy();
    const kept = DEPOSIT + SECOND - Math.floor((DEPOSIT + SECOND) / 2);
    assert.deepEqual(await shop.stands(order), ['REFUNDED', 'PAID PAID OVER', kept]);
    assert.deepEqual((await shop.of(order)).plan!.kept, { amount: kept, currency: 'EUR' });
    const [told] = await shop.told('order.refunding');
    assert.deepEqual(told!.data, {
      reason: 'stage-missed',
      stage: 'last',
      kept,
      currency: 'EUR',
    });
  });

  it('refunds the newest money first', async () => {
    const order = await shop.paid(2);
    await shop.pass(90);
    const { paid } = (await shop.of(order)).plan!;
    const half = DEPOSIT + SECOND - Math.floor((DEPOSIT + SECOND) / 2);
    assert.deepEqual(
      paid.map(({ kept }) => kept),
      [DEPOSIT, half - DEPOSIT],
    );
  });

  it('by money that was promised and never came counts without it', async () => {
    const order = await shop.paid(1);
    const payment = accepted(await shop.uses.payments.start({ order })).id;
    shop.ledger.pay(payment);
    shop.ledger.fault = () => 'unreachable';
    await shop.callbacks();
    assert.deepEqual(await shop.stands(order), ['RESERVED', 'PAID PAID DUE', DEPOSIT]);
    shop.ledger.fault = () => undefined;
    shop.ledger.lapse(payment);
    await shop.callbacks();
    await shop.tidy();
    // One stage was paid: the deposit is kept.
    assert.deepEqual(await shop.stands(order), ['REFUNDED', 'PAID OVER OVER', DEPOSIT]);
    assert.deepEqual(await shop.shop.inside('console'), { available: 3 });
  });

  it('gives back what it said, though promised money is lost after that', async () => {
    const { plans, orders, payments } = shop.uses;
    const terms = { ...CONSOLE, plan: 'lenient', refund: ['kept', 'full'] satisfies RefundTerms[] };
    accepted(await plans.put({ ...terms, launchAtMs: shop.launchAtMs }));
    const order = await shop.paid(1, 'lenient');
    const payment = accepted(await payments.start({ order })).id;
    shop.ledger.pay(payment);
    shop.ledger.fault = () => 'unreachable';
    await shop.callbacks();
    accepted(await orders.cancel({ order }));
    shop.ledger.fault = () => undefined;
    shop.ledger.lapse(payment);
    await shop.callbacks();
    await shop.tidy();
    // Had we let go of the promise before it lapsed, nothing would have been kept either.
    assert.deepEqual(await shop.stands(order), ['REFUNDED', 'PAID OVER OVER', 0]);
    const told = await shop.told('order.refunding');
    assert.deepEqual(
      told.map(({ data }) => data),
      [
        { kept: 0, currency: 'EUR' },
        { reason: 'payment-lost', kept: 0, currency: 'EUR' },
      ],
    );
  });

  it('before its promised money was taken takes what it keeps', async () => {
    const order = await shop.order();
    const payment = accepted(await shop.uses.payments.start({ order })).id;
    shop.ledger.pay(payment);
    shop.ledger.fault = () => 'unreachable';
    await shop.callbacks();
    accepted(await shop.uses.orders.cancel({ order }));
    shop.ledger.fault = () => undefined;
    await shop.pass(1);
    assert.deepEqual(await shop.stands(order), ['REFUNDED', 'PAID OVER OVER', DEPOSIT]);
  });

  it('sends money for a stage back that comes after its end', async () => {
    const order = await shop.paid(1);
    const payment = accepted(await shop.uses.payments.start({ order })).id;
    await shop.pass(40);
    shop.ledger.fault = () => undefined;
    assert.equal(shop.ledger.pay(payment), false);
    assert.deepEqual(await shop.stands(order), ['REFUNDED', 'PAID OVER OVER', DEPOSIT]);
  });

  it('and a late deposit goes back, a late payment of all of it does not', async () => {
    const [late, whole] = [await shop.order(), await shop.order()];
    const payments = [
      accepted(await shop.uses.payments.start({ order: late })).id,
      accepted(await shop.uses.payments.start({ order: whole, stages: 'all' })).id,
    ];
    for (const payment of payments) shop.ledger.pay(payment);
    shop.shop.time.passMs(DAY_MS);
    await shop.callbacks();
    await shop.tidy();
    assert.deepEqual(await shop.stands(late), ['REFUNDED', 'OVER OVER OVER', 0]);
    assert.deepEqual(await shop.stands(whole), ['CONFIRMED', 'PAID PAID PAID', PRICE]);
  });
});

/** By stages paid and who ends it: what is kept. Half of an odd sum goes back rounded down. */
const HALF = DEPOSIT + SECOND - Math.floor((DEPOSIT + SECOND) / 2);
const KEPT: [stages: number, by: 'buyer' | 'shop' | 'time', status: string, kept: number][] = [
  [0, 'buyer', 'CANCELLED', 0],
  [0, 'shop', 'CANCELLED', 0],
  [0, 'time', 'EXPIRED', 0],
  [1, 'buyer', 'REFUNDED', DEPOSIT],
  [1, 'shop', 'REFUNDED', 0],
  [1, 'time', 'REFUNDED', DEPOSIT],
  [2, 'buyer', 'REFUNDED', HALF],
  [2, 'shop', 'REFUNDED', 0],
  [2, 'time', 'REFUNDED', HALF],
  [3, 'buyer', 'REFUNDED', 0],
  [3, 'shop', 'REFUNDED', 0],
  [3, 'time', 'CONFIRMED', PRICE],
];

describe('what is kept', () => {
  for (const [stages, by, status, kept] of KEPT) {
    it(`with ${stages} stages paid, ended by ${by}: ${status}, ${kept}`, async () => {
      const order = await shop.paid(stages);
      if (by === 'time') await shop.pass(120);
      else accepted(await shop.uses.orders.cancel({ order, by, reason: 'over' }));
      await shop.tidy();
      const [is, , taken] = await shop.stands(order);
      assert.deepEqual([is, taken], [status, kept]);
      const sold = status === 'CONFIRMED' ? { available: 2, sold: 1 } : { available: 3 };
      assert.deepEqual(await shop.shop.inside('console'), sold);
    });
  }
});
