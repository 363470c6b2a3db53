// Money that came twice for one payment, while its order ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openUses } from '../../../src/uses/open-uses.ts';
import { accepted, Shop } from '../../support/shop.ts';
import { LedgerProvider } from './ledger-provider.ts';

test('paid twice and cancelled, all of it goes back, whichever is told first', async (t) => {
  const shop = await (await Shop.open()).fill({ tea: 5 });
  const ledger = new LedgerProvider();
  const { orders, payments, close } = await openUses(shop.stock, { providers: [ledger] });
  t.after(async () => {
    await close();
    await shop.stock.close();
  });
  const lines = [{ pool: 'tea', quantity: 2, unitPrice: 500 }];
  const { id: order } = accepted(await orders.checkout({ lines, currency: 'EUR' }));
  const { id: payment } = accepted(await payments.start({ order }));
  ledger.pay(payment);
  accepted(await payments.refresh(payment));
  ledger.payTwice(payment);
  const told = ledger.sent.at(-1);
  ledger.fault = () => 'unreachable';
  accepted(await payments.callback('ledger', Buffer.from(JSON.stringify(told)), {}));
  accepted(await orders.cancel({ order }));
  ledger.fault = () => undefined;
  // What was paid too much is back before the order has told its payment that all goes back.
  accepted(await payments.refresh(payment));
  await shop.stock.sweep();
  await shop.stock.parts.turns.idle();
  assert.equal((await orders.order(order))!.status, 'REFUNDED');
  assert.deepEqual(ledger.taken(payment), { captured: 0, setAside: 0 });
});

test('paid twice before the first time was heard of, what is too much goes back', async (t) => {
  const shop = await (await Shop.open()).fill({ tea: 5 });
  const ledger = new LedgerProvider();
  const { orders, payments, close } = await openUses(shop.stock, { providers: [ledger] });
  t.after(async () => {
    await close();
    await shop.stock.close();
  });
  accepted(await orders.putPolicy({ channel: 'default', capture: 'manual' }));
  const lines = [{ pool: 'tea', quantity: 1, unitPrice: 500 }];
  const { id: order } = accepted(await orders.checkout({ lines, currency: 'EUR' }));
  const { id: payment } = accepted(await payments.start({ order }));
  ledger.pay(payment);
  const authorised = ledger.sent.at(-1);
  // It is captured, and the answer is lost.
  ledger.fault = () => 'unknown-outcome';
  accepted(await payments.callback('ledger', Buffer.from(JSON.stringify(authorised)), {}));
  assert.equal((await orders.order(order))!.status, 'PAID');
  ledger.fault = () => undefined;
  assert.ok(ledger.payTwice(payment));
  accepted(await payments.refresh(payment));
  assert.equal((await orders.order(order))!.status, 'CONFIRMED');
  assert.equal((await payments.payment(payment))!.status, 'SETTLED');
  assert.deepEqual(ledger.taken(payment), { captured: 500, setAside: 0 });
});
