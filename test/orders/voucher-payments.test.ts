// Vouchers of orders that are paid through a provider: what must be paid is less, and what its money does
// or fails to do says what becomes of the use.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../support/shop.ts';
import { LedgerProvider } from './payments/ledger-provider.ts';
import { VoucherShop } from './voucher-shop.ts';

let at: VoucherShop;
let ledger: LedgerProvider;

beforeEach(async () => {
  ledger = new LedgerProvider();
  const shop = await (await Shop.open()).fill({ tea: 5 });
  at = await VoucherShop.over(shop, { providers: [ledger] });
  await at.campaign();
});

afterEach(async () => {
  assert.deepEqual((await verify(at.shop.engine)).problems, []);
  await at.close();
});

const HOLD_MS = 60_000;
const statusOf = async (order: string) => (await at.orders.order(order))!.status;

/** An order with the voucher, and its payment. */
async function buy() {
  const order = await at.ordered({ holdForMs: HOLD_MS });
  return { order, payment: accepted(await at.payments.start({ order })).id };
}

async function callbacks(): Promise<void> {
  for (const callback of ledger.sent.splice(0)) {
    await at.payments.callback('ledger', Buffer.from(JSON.stringify(callback)), {});
  }
}

it('money in makes the use redeemed, for the lower price', async () => {
  const { order, payment } = await buy();
  ledger.pay(payment);
  await callbacks();
  assert.equal(await statusOf(order), 'CONFIRMED');
  assert.deepEqual(ledger.taken(payment), { captured: 1_500, setAside: 0 });
  assert.deepEqual(await at.counts(), [0, 1]);
});

it('a payment that failed for good frees the use for another buyer', async () => {
  const { order, payment } = await buy();
  refused(await at.checkout(), 'voucher-used-up');
  ledger.decline(payment);
  await callbacks();
  assert.equal(await statusOf(order), 'CANCELLED');
  assert.deepEqual(await at.counts(), [0, 0]);
  accepted(await at.checkout({ buyer: 'bob' }));
});

it('while a payment is under way the vouchers stay as they are', async () => {
  const { order } = await buy();
  refused(await at.vouchers.remove({ order, code: 'SUMMER' }), 'payment-open');
  await at.campaign({ campaign: 'other' }, ['OTHER']);
  refused(await at.vouchers.apply({ order, code: 'OTHER' }), 'payment-open');
});

it('money that comes late takes the use again, or goes back where somebody else has it', async () => {
  const first = await buy();
  at.shop.time.passMs(20 * HOLD_MS);
  const second = await at.ordered({ buyer: 'bob' });
  ledger.pay(first.payment);
  await callbacks();
  assert.deepEqual(ledger.taken(first.payment), { captured: 0, setAside: 0 });
  assert.equal(await statusOf(first.order), 'REFUNDED');
  assert.deepEqual(await at.counts(), [1, 0]);
  accepted(await at.orders.cancel({ order: second }));
  const third = await buy();
  at.shop.time.passMs(20 * HOLD_MS);
  ledger.pay(third.payment);
  await callbacks();
  assert.equal(await statusOf(third.order), 'CONFIRMED');
  assert.deepEqual(await at.counts(), [0, 1]);
});
