// A provider that gives no answer holds nobody up: not the units, not other buyers, not the store.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PaymentProvider, ProviderError } from '../../../src/orders/payments/provider.ts';
import { openUses } from '../../../src/uses/open-uses.ts';
import { accepted, Shop } from '../../support/shop.ts';
import { LedgerProvider } from './ledger-provider.ts';

test('while a provider is asked, everything else goes on, its own order too', async (t) => {
  const shop = await (await Shop.open()).fill({ tea: 200 });
  const ledger = new LedgerProvider();
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const hanging: PaymentProvider = {
    name: 'hanging',
    create: async () => {
      asked.resolve();
      await answered.promise;
      throw new ProviderError('unknown-outcome', 'timed-out');
    },
    query: (it) => ledger.query(it),
    capture: (it) => ledger.capture(it),
    void: (it) => ledger.void(it),
    refund: (it) => ledger.refund(it),
    verifyCallback: (it) => ledger.verifyCallback(it),
  };
  const uses = await openUses(shop.stock, { providers: [hanging, ledger] });
  t.after(async () => {
    await uses.close();
    await shop.stock.close();
  });
  const { orders, payments } = uses;
  const cart = { lines: [{ pool: 'tea', quantity: 1, unitPrice: 5 }], currency: 'EUR' };
  const first = accepted(await orders.checkout(cart));
  const starting = payments.start({ order: first.id });
  await asked.promise;
  for (let buyer = 0; buyer < 100; buyer += 1) {
    const { id } = accepted(await orders.checkout(cart));
    const payment = accepted(await payments.start({ order: id, provider: 'ledger' }));
    ledger.pay(payment.id);
    accepted(await payments.refresh(payment.id));
    assert.equal((await orders.order(id))!.status, 'CONFIRMED');
  }
  assert.equal(accepted(await orders.cancel({ order: first.id })).status, 'CANCELLED');
  assert.deepEqual(await shop.inside('tea'), { available: 100, sold: 100 });
  answered.resolve();
  assert.equal(accepted(await starting).status, 'STARTING');
});
