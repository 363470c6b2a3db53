// The client's calls about orders and payments against a real server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HoldfastClient } from '../../src/client/index.ts';
import { ServedShop } from '../http/served-shop.ts';
import { LedgerProvider } from '../orders/payments/ledger-provider.ts';
import { accepted, listed, refused } from './expectations.ts';

let shop: ServedShop;
let client: HoldfastClient;
const ledger = new LedgerProvider();
before(async () => {
  shop = await ServedShop.open({ providers: [ledger] });
  client = new HoldfastClient({ url: shop.url });
  await shop.fill('cup', 100);
});
after(() => shop.close());

const CART = { lines: [{ pool: 'cup', quantity: 2, unitPrice: 450 }], currency: 'EUR' };

test('orders: check out, look, search, cancel, pay by another way, send on their way', async () => {
  const { orders } = client;
  const made = await accepted(orders.checkout({ ...CART, buyer: 'ann', holdFor: '20m' }));
  assert.deepEqual([made.status, made.total], ['RESERVED', { amount: 900, currency: 'EUR' }]);
  const order = made.orderId;
  assert.equal((await accepted(orders.order(order))).expiresAt, made.expiresAt);
  assert.equal((await accepted(orders.paid({ order, reference: 'cash' }))).status, 'CONFIRMED');
  assert.equal((await accepted(orders.pack({ order }))).status, 'PACKED');
  assert.equal((await accepted(orders.ship({ order }))).status, 'SHIPPED');
  assert.equal((await accepted(orders.deliver({ order }))).status, 'DELIVERED');
  await refused(orders.cancel({ order }), 'order-shipped');
  const other = (await accepted(orders.checkout({ ...CART, buyer: 'ann' }))).orderId;
  await accepted(orders.paid({ order: other }));
  assert.equal((await accepted(orders.cancel({ order: other }))).status, 'REFUNDING');
  assert.equal((await accepted(orders.refunded({ order: other }))).status, 'REFUNDED');
  const found = await listed(orders.search({ buyer: 'ann', limit: 1 }));
  assert.deepEqual(
    found.map(({ orderId }) => orderId),
    [other, order],
  );
  await refused(orders.order('none'), 'unknown-order');
});

test('sales: draft, change, arm, open, buy, look, list, close', async () => {
  const { sales } = client;
  const items = [{ from: 'cup', quantity: 5, unitPrice: 300 }];
  const limits = [{ per: 'buyer' as const, quantityMax: 2, window: '1d' }];
  const draft = { sale: 'spring', items, currency: 'EUR', limits };
  const made = await accepted(sales.create({ ...draft, opensAt: '2099-03-01T08:00:00Z' }));
  assert.deepEqual([made.status, made.opensAt], ['DRAFT', '2099-03-01T08:00:00.000Z']);
  assert.equal((await accepted(sales.put(draft))).opensAt, undefined);
  assert.equal((await accepted(sales.arm({ sale: 'spring' }))).status, 'ARMED');
  const own = await accepted(client.pool('cup:spring'));
  assert.deepEqual([own.state, own.sale, own.available], ['IN_SALE', 'spring', 5]);
  assert.equal((await accepted(sales.open({ sale: 'spring' }))).status, 'OPEN');
  const cart = { sale: 'spring', buyer: 'eve', lines: [{ pool: 'cup', quantity: 2 }] };
  const order = await accepted(sales.checkout(cart));
  assert.deepEqual([order.sale, order.total], ['spring', { amount: 600, currency: 'EUR' }]);
  await refused(sales.checkout(cart), 'limit-exceeded');
  const [item] = (await accepted(sales.sale('spring'))).items;
  assert.deepEqual([item!.pool, item!.available, item!.held], ['cup:spring', 3, 2]);
  const [shown] = (await accepted(sales.page('spring'))).items;
  assert.deepEqual([shown!.from, shown!.availability], ['cup', 'available']);
  assert.equal((await accepted(sales.sales())).sales[0]!.limits[0]!.window, 'P1D');
  assert.equal((await accepted(sales.close({ sale: 'spring' }))).status, 'CLOSED');
  await accepted(client.orders.cancel({ order: order.orderId }));
  await refused(sales.sale('none'), 'unknown-sale');
});

test('sales: places in a waiting room', async () => {
  const { sales } = client;
  const sale = 'crowded';
  await accepted(
    sales.create({ sale, items: [{ from: 'cup', quantity: 1 }], room: { multiple: 1 } }),
  );
  await accepted(sales.arm({ sale }));
  await accepted(sales.open({ sale }));
  const ann = await accepted(sales.join({ sale, buyer: 'ann' }));
  const { place, state, ahead } = await accepted(sales.join({ sale, buyer: 'bob' }));
  assert.deepEqual([ann.state, state, ahead], ['ADMITTED', 'WAITING', 0]);
  const lines = [{ pool: 'cup', quantity: 1 }];
  const { pass } = ann;
  await accepted(sales.checkout({ sale, buyer: 'ann', lines, pass: pass! }));
  assert.equal((await accepted(sales.place({ sale, place }))).state, 'WAITING');
  assert.equal((await accepted(sales.leave({ sale, place }))).reason, 'left');
  await refused(sales.place({ sale, place }), 'place-over');
});

test('policies of channels', async () => {
  const { orders } = client;
  const policy = { channel: 'market', holdFor: '30m', inProgress: 'one' } as const;
  const put = await accepted(orders.putPolicy(policy));
  assert.deepEqual([put.holdFor, put.inProgress, put.deduct], ['PT30M', 'one', 'on-order']);
  const { policies } = await accepted(orders.policies());
  assert.deepEqual(
    policies.map(({ channel }) => channel),
    ['market'],
  );
});

test('pre-orders: lay down a plan, order by it, pay ahead, move the launch', async () => {
  const { orders, plans } = client;
  const put = await accepted(
    plans.put({
      plan: 'cup',
      stages: [
        { name: 'deposit', amount: 100 },
        { name: 'rest', rest: true, dueBeforeLaunch: '14d' },
      ],
      launchAt: '2031-01-15T00:00:00Z',
      refund: ['full'],
    }),
  );
  assert.deepEqual(
    [put.status, put.grace, put.stages[1]!.dueBeforeLaunch],
    ['ACTIVE', 'P3D', 'P14D'],
  );
  const { orderId: order, plan } = await accepted(orders.checkout({ ...CART, plan: 'cup' }));
  assert.deepEqual(
    plan!.stages.map(({ amount, status }) => [amount, status]),
    [
      [100, 'DUE'],
      [800, 'OPEN'],
    ],
  );
  const paid = await accepted(orders.paid({ order, stage: 'deposit' }));
  assert.equal(paid.plan!.stages[1]!.dueAt, '2031-01-01T00:00:00.000Z');
  assert.equal(paid.expiresAt, '2031-01-04T00:00:00.000Z');
  assert.equal((await accepted(orders.pay({ order, stages: 'all' }))).due.amount, 800);
  const launch = { plan: 'cup', launchAt: '2031-02-15T00:00:00Z' };
  assert.equal((await accepted(plans.moveLaunch(launch))).status, 'MOVING');
  assert.equal((await accepted(plans.plan('cup'))).launchAt, '2031-02-15T00:00:00.000Z');
  assert.equal((await accepted(plans.plans())).plans.length, 1);
  await refused(plans.plan('none'), 'unknown-plan');
});

test('payments: begin, look, end, begin again, ask', async () => {
  const { orders } = client;
  const { orderId: order } = await accepted(orders.checkout(CART));
  const first = await accepted(orders.pay({ order, returnUrl: 'https://shop.example/' }));
  assert.deepEqual([first.status, first.due.amount], ['OPEN', 900]);
  assert.equal((await accepted(orders.cancelPayment(first.paymentId))).status, 'FAILED');
  const again = await accepted(orders.checkout(CART));
  const second = await accepted(orders.pay({ order: again.orderId, provider: 'ledger' }));
  ledger.pay(second.paymentId);
  assert.equal((await accepted(orders.refreshPayment(second.paymentId))).status, 'SETTLED');
  assert.equal((await accepted(orders.payment(second.paymentId))).captured, 900);
  const { payments } = await accepted(orders.payments(again.orderId));
  assert.equal(payments.length, 1);
  assert.equal((await accepted(orders.order(again.orderId))).status, 'CONFIRMED');
});
