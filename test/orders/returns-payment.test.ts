// The money of returns goes back by the payment that paid for the order: as much as is wanted, once, by
// the provider's own ledger.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, Shop } from '../support/shop.ts';
import { LedgerProvider } from './payments/ledger-provider.ts';

let shop: Shop;
let uses: Uses;
let ledger: LedgerProvider;

beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 5 });
  ledger = new LedgerProvider();
  uses = await openUses(shop.stock, { providers: [ledger] });
});

afterEach(async () => {
  assert.deepEqual((await verify(shop.engine)).problems, []);
  await uses.close();
  await shop.stock.close();
});

async function tidy(): Promise<void> {
  const { turns } = shop.stock.parts;
  do await shop.stock.sweep();
  while (await turns.idle().then(async () => (await shop.engine.due(1)).length > 0));
}

/** An order of three at 500 that was paid for and sent. */
async function sent() {
  const lines = [{ pool: 'tea', quantity: 3, unitPrice: 500 }];
  const { id: order } = accepted(await uses.orders.checkout({ lines, currency: 'EUR' }));
  const { id: payment } = accepted(await uses.payments.start({ order }));
  ledger.pay(payment);
  accepted(await uses.payments.refresh(payment));
  await tidy();
  accepted(await uses.orders.ship({ order }));
  return { order, payment };
}

async function comesBack(order: string, quantity: number): Promise<void> {
  const { returns } = uses;
  const lines = [{ line: 0, quantity }];
  const { id } = accepted(await returns.request({ order, lines }));
  accepted(await returns.receive({ return: id, lines }));
  const verdict = 'quarantine' as const;
  accepted(await returns.inspect({ return: id, lines: lines.map((one) => ({ ...one, verdict })) }));
}

it('of a part of it, then of the rest', async () => {
  const { order, payment } = await sent();
  assert.deepEqual(ledger.taken(payment), { captured: 1_500, setAside: 0 });
  await comesBack(order, 1);
  assert.deepEqual((await uses.orders.order(order))!.openPayments, [payment]);
  await tidy();
  assert.deepEqual(ledger.taken(payment), { captured: 1_000, setAside: 0 });
  const settled = (await uses.orders.order(order))!;
  assert.equal(settled.status, 'DELIVERED');
  assert.equal(settled.openPayments, undefined);
  await comesBack(order, 2);
  await tidy();
  assert.deepEqual(ledger.taken(payment), { captured: 0, setAside: 0 });
  assert.equal((await uses.payments.payment(payment))!.status, 'SETTLED');
  assert.equal((await uses.orders.order(order))!.status, 'RETURNED');
});

it('of two returns that are closed before the first money is back', async () => {
  const { order, payment } = await sent();
  await comesBack(order, 1);
  await comesBack(order, 1);
  await tidy();
  await tidy();
  assert.deepEqual(ledger.taken(payment), { captured: 500, setAside: 0 });
});

it('not where it is cancelled', async () => {
  const { order, payment } = await sent();
  const { id } = accepted(await uses.returns.request({ order }));
  accepted(await uses.returns.cancel({ return: id }));
  await tidy();
  assert.deepEqual(ledger.taken(payment), { captured: 1_500, setAside: 0 });
});

it('of a pre-order by all of its payments, the newest money first', async () => {
  const { orders, payments } = uses;
  const stages = [
    { name: 'deposit', basisPoints: 3_000 },
    { name: 'rest', rest: true as const, dueAfterDepositMs: 86_400_000 },
  ];
  accepted(await uses.plans.put({ plan: 'console', stages, refund: ['full'] }));
  const lines = [{ pool: 'tea', quantity: 2, unitPrice: 500 }];
  const { id: order } = accepted(
    await orders.checkout({ lines, currency: 'EUR', plan: 'console' }),
  );
  const paid: string[] = [];
  for (const _ of stages) {
    const { id } = accepted(await payments.start({ order }));
    ledger.pay(id);
    accepted(await payments.refresh(id));
    paid.push(id);
  }
  await tidy();
  assert.equal((await orders.order(order))!.status, 'CONFIRMED');
  accepted(await orders.ship({ order }));
  const taken = () => paid.map((id) => ledger.taken(id).captured);
  assert.deepEqual(taken(), [300, 700]);
  await comesBack(order, 1);
  await tidy();
  assert.deepEqual(taken(), [300, 200]);
  await comesBack(order, 1);
  await tidy();
  assert.deepEqual(taken(), [0, 0]);
  assert.equal((await orders.order(order))!.status, 'RETURNED');
});
