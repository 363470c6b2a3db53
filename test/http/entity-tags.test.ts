// ETag and If-Match: a command on what the caller has seen, or none.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 10);
});
after(() => shop.close());

test('a pool changes under its current tag only', async () => {
  const tag = (await shop.get('/v1/pools/tea')).headers.get('etag')!;
  const changed = await shop.put('/v1/pools/tea', { place: 'a' }, { 'if-match': tag });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.get('etag'), tag);
  const stale = await shop.put('/v1/pools/tea', { place: 'b' }, { 'if-match': tag });
  problemOf(stale, 412, 'stale-version');
  assert.equal((await shop.get('/v1/pools/tea')).body.place, 'a');
});

test('receive, adjust and transfer keep to the tag as well', async () => {
  await shop.put('/v1/pools/tea-2', { product: 'tea' });
  const stale = { 'if-match': '"1"' };
  const requests: [string, object][] = [
    ['/v1/pools/tea/receive', { quantity: 1 }],
    ['/v1/pools/tea/adjust', { quantity: 1 }],
    ['/v1/transfers', { from: 'tea', to: 'tea-2', quantity: 1 }],
  ];
  for (const [path, body] of requests) {
    problemOf(await shop.post(path, body, stale), 412, 'stale-version');
    const tag = (await shop.get('/v1/pools/tea')).headers.get('etag')!;
    assert.equal((await shop.post(path, body, { 'if-match': tag })).status, 200);
  }
});

test('a reservation changes under its current tag only', async () => {
  const held = await shop.post('/v1/reservations', { lines: [{ pool: 'tea', quantity: 1 }] });
  const path = `/v1/reservations/${held.body.id}`;
  const tag = held.headers.get('etag')!;
  assert.equal((await shop.get(path)).headers.get('etag'), tag);
  const extended = await shop.post(`${path}/extend`, { holdFor: '30m' }, { 'if-match': tag });
  assert.equal(extended.status, 200);
  const stale = await shop.post(`${path}/confirm`, undefined, { 'if-match': tag });
  problemOf(stale, 412, 'stale-version');
  const current = { 'if-match': extended.headers.get('etag')! };
  assert.equal((await shop.post(`${path}/confirm`, undefined, current)).status, 200);
});

test('any tag matches *, none matches a weak or a foreign one', async () => {
  const put = (tag: string) => shop.put('/v1/pools/tea', { place: 'c' }, { 'if-match': tag });
  assert.equal((await put('*')).status, 200);
  const { version } = (await shop.get('/v1/pools/tea')).body;
  for (const tag of [`W/"${version}"`, '"abc"', '""', '"0"', '"99999999999999999999"']) {
    problemOf(await put(tag), 412, 'stale-version');
  }
  for (const tag of [String(version), '"1", "2"', '"1']) {
    assert.equal(problemOf(await put(tag), 400, 'invalid-request').field, 'If-Match');
  }
  const limit = { per: 'order', scope: 'all', quantityMax: 5 };
  problemOf(await shop.put('/v1/limits/x', limit, { 'if-match': '*' }), 400, 'invalid-request');
});

test('a repeat of an accepted command is answered whatever the tag is by now', async () => {
  const tag = (await shop.get('/v1/pools/tea')).headers.get('etag')!;
  const headers = { 'if-match': tag, 'idempotency-key': 'tagged' };
  const first = await shop.put('/v1/pools/tea', { place: 'd' }, headers);
  const again = await shop.put('/v1/pools/tea', { place: 'd' }, headers);
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
});
