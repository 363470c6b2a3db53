// Payments: each way in which money and an order can meet has one outcome, and the provider's ledger
// agrees with ours.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../../support/shop.ts';
import { LedgerProvider } from './ledger-provider.ts';

let shop: Shop;
let uses: Uses;
let ledger: LedgerProvider;

beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 5 });
  ledger = new LedgerProvider();
  uses = await openUses(shop.stock, { providers: [ledger] });
});

afterEach(async () => {
  await tidy();
  assert.deepEqual((await verify(shop.engine)).problems, []);
  await uses.close();
  await shop.stock.close();
});

const MINUTE_MS = 60_000;

async function tidy(): Promise<void> {
  const { turns } = shop.stock.parts;
  do await shop.stock.sweep();
  while (await turns.idle().then(async () => (await shop.engine.due(1)).length > 0));
}

async function buy(quantity = 2, channel = 'default') {
  const lines = [{ pool: 'tea', quantity, unitPrice: 500 }];
  const order = accepted(await uses.orders.checkout({ lines, currency: 'EUR', channel }));
  const payment = accepted(await uses.payments.start({ order: order.id }));
  return { order: order.id, payment: payment.id };
}

const statusOf = async (order: string) => (await uses.orders.order(order))!.status;
const paymentStatusOf = async (payment: string) => (await uses.payments.payment(payment))!.status;

/** Hands over the callbacks that wait. */
async function callbacks(times = 1): Promise<void> {
  const sent = ledger.sent.splice(0);
  for (let time = 0; time < times; time += 1) {
    for (const callback of sent) {
      await uses.payments.callback('ledger', Buffer.from(JSON.stringify(callback)), {});
    }
  }
}

describe('a payment', () => {
  it('that its provider confirms makes the sale, and is captured after it', async () => {
    const { order, payment } = await buy();
    assert.equal(await paymentStatusOf(payment), 'OPEN');
    ledger.pay(payment);
    await callbacks(2);
    assert.equal(await statusOf(order), 'CONFIRMED');
    assert.equal(await paymentStatusOf(payment), 'SETTLED');
    assert.deepEqual(ledger.taken(payment), { captured: 1_000, setAside: 0 });
    assert.deepEqual(await shop.inside('tea'), { available: 3, sold: 2 });
    const { history } = (await uses.orders.order(order))!;
    assert.deepEqual(
      history.map(({ status }) => status),
      ['RESERVED', 'PAID', 'CONFIRMED'],
    );
  });

  it('is written down before its provider is asked', async () => {
    const create = ledger.create.bind(ledger);
    const found: (string | undefined)[] = [];
    ledger.create = async (ask) => {
      found.push((await shop.engine.documents([ask.payment]))[0]?.state);
      return create(ask);
    };
    await buy();
    assert.deepEqual(found, ['STARTING']);
  });

  it('is seen by a buyer who comes back before the callback', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    accepted(await uses.payments.refresh(payment));
    assert.equal(await statusOf(order), 'CONFIRMED');
  });

  it('is not said to be as it was where the provider gives no answer', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    ledger.fault = () => 'unreachable';
    refused(await uses.payments.refresh(payment), 'unavailable');
    ledger.fault = () => undefined;
    accepted(await uses.payments.refresh(payment));
    assert.equal(await statusOf(order), 'CONFIRMED');
  });

  it('is seen without any callback, by looking at regular times', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    shop.time.passMs(MINUTE_MS);
    await tidy();
    assert.equal(await statusOf(order), 'CONFIRMED');
  });

  it('that failed for good returns the units at once', async () => {
    const { order, payment } = await buy();
    ledger.decline(payment);
    await callbacks();
    assert.equal(await statusOf(order), 'CANCELLED');
    assert.equal(await paymentStatusOf(payment), 'FAILED');
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });

  it('that failed may be followed by another where the channel says wait', async () => {
    accepted(await uses.orders.putPolicy({ channel: 'patient', onPaymentFailed: 'wait' }));
    const { order, payment } = await buy(2, 'patient');
    refused(await uses.payments.start({ order }), 'payment-open');
    ledger.decline(payment);
    await callbacks();
    assert.equal(await statusOf(order), 'RESERVED');
    const second = accepted(await uses.payments.start({ order }));
    ledger.pay(second.id);
    await callbacks();
    assert.equal(await statusOf(order), 'CONFIRMED');
  });

  it('of another amount or currency is never accepted, and goes back', async () => {
    const short = await buy();
    ledger.pay(short.payment, 999);
    await callbacks();
    const foreign = await buy(1);
    ledger.pay(foreign.payment, 500, 'USD');
    await callbacks();
    for (const { order, payment } of [short, foreign]) {
      assert.equal(await statusOf(order), 'RESERVED');
      assert.equal(await paymentStatusOf(payment), 'SETTLED');
      assert.deepEqual(ledger.taken(payment), { captured: 0, setAside: 0 });
    }
  });

  it('late, with the units still there, takes them again', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    shop.time.passMs(60 * MINUTE_MS);
    await callbacks();
    assert.equal(await statusOf(order), 'CONFIRMED');
    assert.deepEqual(await shop.inside('tea'), { available: 3, sold: 2 });
  });

  it('late, with the units gone, is refunded by itself', async () => {
    accepted(await uses.orders.putPolicy({ channel: 'default', capture: 'automatic' }));
    const { order, payment } = await buy();
    ledger.pay(payment);
    shop.time.passMs(60 * MINUTE_MS);
    await shop.sell('tea', 4);
    await callbacks();
    await tidy();
    assert.equal(await statusOf(order), 'REFUNDED');
    assert.equal(await paymentStatusOf(payment), 'SETTLED');
    assert.deepEqual(ledger.taken(payment), { captured: 0, setAside: 0 });
  });

  it('of an order that has expired unpaid is ended at its provider', async () => {
    const { order, payment } = await buy();
    shop.time.passMs(60 * MINUTE_MS);
    await tidy();
    assert.equal(await statusOf(order), 'EXPIRED');
    assert.equal(await paymentStatusOf(payment), 'FAILED');
    assert.equal(ledger.pay(payment), false);
    const [document] = await shop.engine.documents([order]);
    assert.equal(document!.final, true);
  });

  it('for an order that was cancelled after it goes back', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    await callbacks();
    assert.equal(accepted(await uses.orders.cancel({ order })).status, 'REFUNDING');
    await tidy();
    assert.equal(await statusOf(order), 'REFUNDED');
    assert.deepEqual(ledger.taken(payment), { captured: 0, setAside: 0 });
  });

  it('for an order that goes back is told so in the step in which the order asks no more', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    await callbacks();
    accepted(await uses.orders.cancel({ order }));
    await tidy();
    const entries = await shop.engine.entries({ after: 0, limit: 1_000 });
    const resting = entries.flatMap(({ documents }) => {
      const found = documents.find(({ id }) => id === order);
      const asks = found?.state !== 'REFUNDING' || found.deadlineMs !== undefined;
      return asks ? [] : [documents.find(({ id }) => id === payment)?.state];
    });
    assert.deepEqual(resting, ['RELEASING']);
  });

  it('keeps the units longer once, however often it is tried', async () => {
    accepted(await uses.orders.putPolicy({ channel: 'default', paymentForMs: 20 * MINUTE_MS }));
    const { order, payment } = await buy();
    const first = (await uses.orders.order(order))!.expiresAtMs;
    shop.time.passMs(MINUTE_MS);
    accepted(await uses.payments.cancel({ payment }));
    assert.equal(await paymentStatusOf(payment), 'FAILED');
    accepted(await uses.payments.start({ order }));
    assert.equal((await uses.orders.order(order))!.expiresAtMs, first);
  });

  it('of one of two buyers of the last unit, paid on payment: the other has his money back', async () => {
    const policy = { channel: 'later', deduct: 'on-payment', capture: 'automatic' } as const;
    accepted(await uses.orders.putPolicy(policy));
    const one = await buy(5, 'later');
    const other = await buy(5, 'later');
    ledger.pay(one.payment);
    ledger.pay(other.payment);
    await callbacks();
    await tidy();
    assert.equal(await statusOf(one.order), 'CONFIRMED');
    assert.equal(await statusOf(other.order), 'REFUNDED');
    assert.deepEqual(ledger.taken(other.payment), { captured: 0, setAside: 0 });
  });

  it('whose authorisation lapsed before it was captured gives the units back', async () => {
    const { order, payment } = await buy();
    ledger.pay(payment);
    ledger.fault = () => 'unreachable';
    await callbacks();
    assert.equal(await statusOf(order), 'PAID');
    ledger.fault = () => undefined;
    ledger.lapse(payment);
    await callbacks();
    await tidy();
    assert.equal(await statusOf(order), 'REFUNDED');
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });

  it('told by somebody else than its provider counts for nothing', async () => {
    const { order } = await buy();
    refused(await uses.payments.callback('ledger', Buffer.from('nonsense'), {}), 'forged-callback');
    refused(await uses.payments.callback('nobody', Buffer.from('{}'), {}), 'unknown-provider');
    assert.equal(await statusOf(order), 'RESERVED');
  });
});
