// Purchase limits over HTTP.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 100);
});
after(() => shop.close());

test('a limit is set with 201, changed with 200, and listed', async () => {
  const rule = { per: 'buyer', scope: { pools: ['tea'] }, quantityMax: 2, window: '30d' };
  const created = await shop.put('/v1/limits/two', rule);
  assert.equal(created.status, 201);
  assert.equal(created.body.window, 'P30D');
  const changed = await shop.put('/v1/limits/two', { ...rule, quantityMax: 3 });
  assert.deepEqual([changed.status, changed.body.quantityMax], [200, 3]);
  const { limits } = (await shop.get('/v1/limits')).body;
  assert.deepEqual(limits, [changed.body]);
  assert.deepEqual((await shop.get('/v1/limits/two')).body, changed.body);
  problemOf(await shop.get('/v1/limits/none'), 404, 'unknown-limit');
});

test('a limit is kept, and asks who is buying', async () => {
  const lines = [{ pool: 'tea', quantity: 4 }];
  const tooMany = await shop.post('/v1/reservations', { lines, buyer: 'ada' });
  const refused = problemOf(tooMany, 409, 'limit-exceeded');
  assert.deepEqual([refused.limit, refused.remaining], ['two', 3]);
  problemOf(await shop.post('/v1/reservations', { lines }), 409, 'buyer-required');
});

test('rules that make no sense are refused with the field that is wrong', async () => {
  const rule = { per: 'buyer', scope: 'all', quantityMax: 2 };
  const wrong: [field: string, body: object][] = [
    ['window', { ...rule, window: 'a month' }],
    ['window', { ...rule, window: 'PT0S' }],
    ['window', { ...rule, window: '1d', period: 'day' }],
    ['period', { ...rule, per: 'order', period: 'day' }],
    ['period', { ...rule, period: 'decade' }],
    ['timeZone', { ...rule, period: 'day', timeZone: 'Mars/Olympus' }],
    ['per', { ...rule, per: 'planet' }],
    ['scope', { ...rule, scope: 'some' }],
    ['scope/pools', { ...rule, scope: { pools: [] } }],
    ['quantityMax', { ...rule, quantityMax: 0 }],
    ['windowMs', { ...rule, windowMs: 5 }],
  ];
  for (const [field, body] of wrong) {
    const refused = await shop.put('/v1/limits/wrong', body);
    assert.equal(problemOf(refused, 400, 'invalid-request').field, field, JSON.stringify(body));
  }
});
