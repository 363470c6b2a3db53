// Vouchers over HTTP: a campaign with codes of both kinds, on orders from checkout to history. What nobody
// may see is shown nowhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.put('/v1/pools/tea', {});
  await shop.post('/v1/pools/tea/receive', { quantity: 10_000 });
});
after(() => shop.close());

const EUR = { currency: 'EUR' };
const LINES = [{ pool: 'tea', quantity: 1, unitPrice: 2_000 }];
const order = (vouchers: string[], rest: object = {}) =>
  shop.post('/v1/orders', { lines: LINES, ...EUR, vouchers, ...rest });

test('a campaign is set up, changed and looked at, without its secret', async () => {
  const body = {
    discount: { amount: { amount: 500, ...EUR } },
    prefix: 'SPRING',
    validFrom: '2020-01-01T00:00:00Z',
    usesMax: 100,
  };
  const made = await shop.put('/v1/campaigns/spring', body);
  assert.equal(made.status, 200);
  assert.equal(made.body.validFrom, '2020-01-01T00:00:00.000Z');
  await shop.put('/v1/campaigns/spring', { ...body, usesMax: 50 });
  const found = await shop.get('/v1/campaigns/spring');
  const { usesMax, imported, held, redeemed, state } = found.body;
  assert.deepEqual([usesMax, imported, held, redeemed, state], [50, 0, 0, 0, 'ACTIVE']);
  problemOf(await shop.get('/v1/campaigns/none'), 404, 'unknown-campaign');
  problemOf(await shop.put('/v1/campaigns/spring', { discount: {} }), 400, 'invalid-request');
});

test('codes are generated as CSV, and the same again under the same key', async () => {
  const generate = () =>
    shop.post('/v1/campaigns/spring/codes', { count: 5_000 }, { 'idempotency-key': 'five' });
  const [first, again] = [await generate(), await generate()];
  assert.match(first.headers.get('content-type')!, /^text\/csv/);
  const [heading, ...codes] = String(first.body).trimEnd().split('\n');
  assert.equal(heading, 'code');
  assert.equal(new Set(codes).size, 5_000);
  assert.equal(again.body, first.body);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal((await shop.get('/v1/campaigns/spring')).body.generated, 5_000);
  const made = await order([codes[0]!]);
  assert.deepEqual([made.status, made.body.total.amount], [202, 1_500]);
  problemOf(await order([codes[0]!]), 409, 'voucher-used-up');
});

test('codes that were made elsewhere are imported, applied, taken off and looked at', async () => {
  const imported = await shop.post('/v1/campaigns/spring/codes/import', {
    codes: ['Hello 1', '?'],
  });
  const counts = { imported: 2, repeated: 0, taken: 0, takenBy: [], malformed: 0 };
  assert.deepEqual(imported.body, counts);
  const { orderId } = (await order([])).body;
  const applied = await shop.post(`/v1/orders/${orderId}/vouchers`, { code: 'hello1' });
  assert.deepEqual(applied.body.discounts, [{ code: 'HELLO1', campaign: 'spring', amount: 500 }]);
  problemOf(await order(['HELLO-1']), 409, 'voucher-used-up');
  const removed = await shop.post(`/v1/orders/${orderId}/vouchers/hello1/remove`);
  assert.equal(removed.body.discounts, undefined);
  const paid = (await order(['HELLO1'])).body.orderId;
  await shop.post(`/v1/orders/${paid}/paid`);
  const { body } = await shop.get('/v1/vouchers/hello-1');
  assert.deepEqual([body.code, body.usesLeft, body.campaign.campaign], ['HELLO1', 0, 'spring']);
  const orders = body.orders.map((one: { orderId: string; status: string }) => [
    one.orderId,
    one.status,
  ]);
  assert.deepEqual(orders, [
    [paid, 'CONFIRMED'],
    [orderId, 'RESERVED'],
  ]);
  const first = (await shop.get('/v1/vouchers/hello1?limit=1')).body;
  const next = (await shop.get(`/v1/vouchers/hello1?limit=1&cursor=${first.next}`)).body;
  assert.equal(next.orders[0].orderId, orderId);
  problemOf(await shop.get('/v1/vouchers/none'), 404, 'unknown-voucher');
});

test('no route shows the secret', async () => {
  const [document] = await shop.stock.engine.documents(['campaign:spring']);
  const { secret } = document!.data as { secret: string };
  assert.ok(secret.length > 40);
  const replies = await Promise.all([
    shop.put('/v1/campaigns/spring', { discount: { basisPoints: 1_000 } }),
    ...['campaigns', 'campaigns/spring', 'vouchers/hello1', 'journal?limit=1000', 'orders'].map(
      (path) => shop.get(`/v1/${path}`),
    ),
  ]);
  for (const { body } of replies) assert.ok(!JSON.stringify(body).includes(secret));
});

test('a rush of 5,000 on one code: exactly 500 hold it', { timeout: 600_000 }, async () => {
  await shop.put('/v1/campaigns/rush', { discount: { basisPoints: 5_000 }, usesPerCode: 500 });
  await shop.post('/v1/campaigns/rush/codes/import', { codes: ['RUSH'] });
  const statuses: number[] = [];
  const caller = async (calls: number) => {
    for (let call = 0; call < calls; call += 1) statuses.push((await order(['RUSH'])).status);
  };
  await Promise.all(Array.from({ length: 100 }, () => caller(50)));
  const counted = (status: number) => statuses.filter((one) => one === status).length;
  assert.deepEqual([counted(202), counted(409)], [500, 4_500]);
  assert.equal((await shop.get('/v1/campaigns/rush')).body.held, 500);
});
