// The client's calls about returns, vouchers, waiting lines, webhooks and notices against a real server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HoldfastClient } from '../../src/client/index.ts';
import { ServedShop } from '../http/served-shop.ts';
import { notingSender } from '../support/senders.ts';
import { accepted, refused } from './expectations.ts';

let shop: ServedShop;
let client: HoldfastClient;
before(async () => {
  shop = await ServedShop.open({ senders: [notingSender().sender] });
  client = new HoldfastClient({ url: shop.url });
  await shop.fill('cup', 10);
  await shop.fill('seat', 1);
});
after(() => shop.close());

const CART = { lines: [{ pool: 'cup', quantity: 2, unitPrice: 450 }], currency: 'EUR' };

async function shipped(): Promise<string> {
  const { orderId: order } = await accepted(client.orders.checkout(CART));
  await accepted(client.orders.paid({ order }));
  await accepted(client.orders.ship({ order }));
  return order;
}

test('returns: request, carrier, receive, inspect, close, cancel, look, list, quarantine', async () => {
  const { returns } = client;
  const order = await shipped();
  const lines = [{ line: 0, quantity: 1 }];
  const asked = await accepted(returns.request({ order, lines, reason: 'too small' }));
  assert.equal(asked.status, 'REQUESTED');
  const { id } = asked;
  const taken = await accepted(returns.carrier({ return: id, event: 'picked-up' }));
  assert.equal(taken.status, 'RETURNING');
  assert.equal((await accepted(returns.receive({ return: id, lines }))).status, 'RECEIVED');
  const verdict = 'quarantine' as const;
  const judged = { return: id, lines: [{ ...lines[0]!, verdict }] };
  assert.equal((await accepted(returns.inspect(judged))).status, 'CLOSED');
  const freed = { pool: 'cup', quantity: 1, to: 'available' } as const;
  assert.equal((await accepted(returns.unquarantine(freed))).quantity, 1);
  const other = await accepted(returns.request({ order, lines }));
  assert.equal((await accepted(returns.cancel({ return: other.id }))).status, 'CANCELLED');
  const lost = await accepted(returns.request({ order, lines }));
  assert.equal((await accepted(returns.close({ return: lost.id }))).status, 'CLOSED');
  assert.equal((await accepted(returns.return(id))).order, order);
  assert.equal((await accepted(returns.page({ order }))).returns.length, 3);
  const second = await shipped();
  const back = await accepted(returns.undelivered({ order: second, event: 'refused' }));
  const arrived = {
    id: 'w-1',
    type: 'received',
    return: back.id,
    lines: [{ line: 0, quantity: 2 }],
  };
  const { results } = await accepted(returns.warehouse([arrived]));
  assert.equal(results.length, 1);
  await refused(returns.return('none'), 'unknown-return');
});

test('vouchers: campaign, import, apply, remove, look, list', async () => {
  const { vouchers, orders } = client;
  await accepted(vouchers.putCampaign({ campaign: 'spring', discount: { basisPoints: 1_000 } }));
  const codes = ['WELCOME-1', 'WELCOME-2'];
  const { imported } = await accepted(vouchers.importCodes({ campaign: 'spring', codes }));
  assert.equal(imported, 2);
  const { orderId: order } = await accepted(orders.checkout(CART));
  const applied = await accepted(vouchers.apply({ order, code: 'WELCOME-1' }));
  assert.equal(applied.total?.amount, 810);
  const { usesLeft, orders: bound } = await accepted(vouchers.voucher('WELCOME-1'));
  assert.deepEqual([usesLeft, bound.length], [0, 1]);
  const removed = await accepted(vouchers.remove({ order, code: 'WELCOME-1' }));
  assert.equal(removed.total?.amount, 900);
  assert.equal((await accepted(vouchers.campaign('spring'))).held, 0);
  assert.equal((await accepted(vouchers.campaigns())).campaigns.length, 1);
  await refused(vouchers.apply({ order, code: 'NEVER' }), 'unknown-voucher');
});

test('waiting: join, look, accept, leave', async () => {
  const { waiting, orders } = client;
  const lines = [{ pool: 'seat', quantity: 1 }];
  const { orderId } = await accepted(orders.checkout({ lines }));
  const first = await accepted(waiting.join({ pool: 'seat', buyer: 'ann', quantity: 1 }));
  const second = await accepted(waiting.join({ pool: 'seat', buyer: 'bob', quantity: 1 }));
  const place = { pool: 'seat', waiter: second.id };
  assert.equal((await accepted(waiting.waiter(place))).ahead, 1);
  assert.equal((await accepted(waiting.waiters('seat'))).waiters.length, 2);
  assert.equal((await accepted(waiting.leave(place))).status, 'LEFT');
  await accepted(orders.cancel({ order: orderId }));
  const mine = { pool: 'seat', waiter: first.id };
  while ((await accepted(waiting.waiter(mine))).status === 'WAITING')
    await new Promise(setImmediate);
  assert.equal((await accepted(waiting.accept(mine))).status, 'RESERVED');
});

test('webhooks: put, look, list, rotate, deliveries, replay, remove', async () => {
  const { webhooks } = client;
  const hook = { webhook: 'shop', url: 'https://shop.example/hook', events: ['policy.*'] };
  assert.match((await accepted(webhooks.put(hook))).secret ?? '', /^whsec_/);
  assert.equal((await accepted(webhooks.webhook('shop'))).secret, undefined);
  assert.equal((await accepted(webhooks.webhooks())).webhooks.length, 1);
  assert.match((await accepted(webhooks.rotate('shop'))).secret ?? '', /^whsec_/);
  assert.deepEqual((await accepted(webhooks.deliveries('shop'))).deliveries, []);
  const since = new Date(shop.time.wallMs()).toISOString();
  assert.equal((await accepted(webhooks.replay({ webhook: 'shop', since }))).replayed, 0);
  await refused(webhooks.replayOne('shop', 'none'), 'unknown-delivery');
  await accepted(webhooks.remove('shop'));
});

test('notices: put, look, list, preview, deliveries, replay, remove', async () => {
  const { notices, orders } = client;
  const notice = {
    notice: 'reserved',
    sender: 'log',
    events: ['order.reserved'],
    text: '{{order.total.text}} {{order.totl}}',
    within: '2h',
  };
  const made = await accepted(notices.put(notice));
  assert.deepEqual([made.to, made.within, made.state], ['{{buyer}}', 'PT2H', 'ACTIVE']);
  assert.equal((await accepted(notices.notice('reserved'))).version, 1);
  assert.equal((await accepted(notices.notices())).notices.length, 1);
  const example = await accepted(notices.preview({ notice: 'reserved' }));
  assert.deepEqual([example.to, example.wrong], ['ann', ['order.totl']]);
  const { orderId: order } = await accepted(orders.checkout({ ...CART, buyer: 'bob' }));
  const shown = await accepted(notices.preview({ notice: 'reserved', order }));
  assert.deepEqual([shown.to, shown.text.trim()], ['bob', '€9.00']);
  assert.deepEqual((await accepted(notices.deliveries('reserved'))).asOf > 0, true);
  const since = new Date(shop.time.wallMs()).toISOString();
  assert.equal((await accepted(notices.replay({ notice: 'reserved', since }))).replayed, 0);
  await refused(notices.replayOne('reserved', order), 'unknown-delivery');
  await refused(notices.put({ ...notice, sender: 'pigeon' }), 'unknown-sender');
  await accepted(notices.remove('reserved'));
  await refused(notices.notice('reserved'), 'unknown-notice');
});
