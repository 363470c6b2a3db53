// Pools and the ways that units come in, go and change place, over HTTP.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
});
after(() => shop.close());

test('a pool is created with 201, changed with 200, and keeps its product', async () => {
  const created = await shop.put('/v1/pools/cup', { product: 'cup', place: 'berlin' });
  assert.equal(created.status, 201);
  const { id, product, place, state, version } = created.body;
  assert.deepEqual([id, product, place, state, version], ['cup', 'cup', 'berlin', 'OPEN', 1]);
  await shop.put('/v1/pools/store', { product: 'cup' });
  const changed = await shop.put('/v1/pools/cup', { place: 'hamburg', home: 'store' });
  assert.equal(changed.status, 200);
  assert.deepEqual([changed.body.place, changed.body.home], ['hamburg', 'store']);
  const other = await shop.put('/v1/pools/cup', { product: 'mug' });
  assert.equal(problemOf(other, 409, 'product-mismatch').product, 'cup');
});

test('a pool may be created without a body', async () => {
  const created = await shop.put('/v1/pools/plain');
  assert.equal(created.status, 201);
  assert.deepEqual([created.body.product, created.body.place], ['plain', 'main']);
});

test('an id of 128 characters works, one of 129 is refused', async () => {
  const id = 'a'.repeat(128);
  assert.equal((await shop.put(`/v1/pools/${id}`)).status, 201);
  assert.equal((await shop.get(`/v1/pools/${id}`)).body.id, id);
  const long = await shop.put(`/v1/pools/${id}a`);
  assert.equal(problemOf(long, 400, 'invalid-request').field, 'pool');
  const encoded = await shop.put(`/v1/pools/${'%40'.repeat(128)}`);
  assert.equal(encoded.body.id, '@'.repeat(128));
});

test('units are received, found, lost and lost up to what is there', async () => {
  await shop.fill('tea', 10);
  const received = await shop.post('/v1/pools/tea/receive', { quantity: 5, reference: 'd-1' });
  assert.deepEqual([received.body.pool, received.body.quantity], ['tea', 5]);
  await shop.post('/v1/pools/tea/adjust', { quantity: 2, reason: 'found' });
  await shop.post('/v1/pools/tea/adjust', { quantity: -7, reason: 'water' });
  assert.deepEqual(await shop.balances('tea'), [10, 0, 0]);
  const tooMany = await shop.post('/v1/pools/tea/adjust', { quantity: -11 });
  assert.equal(problemOf(tooMany, 409, 'insufficient-stock').available, 10);
  const upTo = await shop.post('/v1/pools/tea/adjust', { quantity: -11, upTo: true });
  assert.equal(upTo.body.quantity, 10);
  const { supply, writtenOff } = (await shop.get('/v1/pools/tea')).body;
  assert.deepEqual([supply, writtenOff], [-17, 17]);
});

test('units of an unknown pool are refused', async () => {
  for (const verb of ['receive', 'adjust']) {
    const refused = await shop.post(`/v1/pools/nowhere/${verb}`, { quantity: 1 });
    assert.equal(problemOf(refused, 404, 'unknown-pool').pool, 'nowhere');
  }
  problemOf(await shop.get('/v1/pools/nowhere'), 404, 'unknown-pool');
});

test('units change place within their product only', async () => {
  await shop.fill('lamp', 5);
  await shop.put('/v1/pools/lamp-online', { product: 'lamp' });
  const body = { from: 'lamp', to: 'lamp-online', quantity: 3 };
  const moved = await shop.post('/v1/transfers', body);
  assert.equal(moved.status, 200);
  assert.deepEqual({ ...moved.body, version: 0 }, { ...body, version: 0 });
  assert.deepEqual(await shop.balances('lamp-online'), [3, 0, 0]);
  const wrong = await shop.post('/v1/transfers', { ...body, to: 'tea' });
  problemOf(wrong, 409, 'product-mismatch');
  problemOf(await shop.post('/v1/transfers', body), 409, 'insufficient-stock');
  const same = await shop.post('/v1/transfers', { ...body, to: 'lamp' });
  assert.equal(problemOf(same, 400, 'invalid-request').field, 'to');
});

test('pools are listed by id, page by page', async () => {
  const all = (await shop.get('/v1/pools')).body.pools.map(({ id }: { id: string }) => id);
  assert.deepEqual(all, [...all].sort());
  const seen: string[] = [];
  let path = '/v1/pools?limit=2';
  for (;;) {
    const { pools, next } = (await shop.get(path)).body;
    seen.push(...pools.map(({ id }: { id: string }) => id));
    if (next === undefined) break;
    path = `/v1/pools?limit=2&cursor=${encodeURIComponent(next)}`;
  }
  assert.deepEqual(seen, all);
  const lamps = (await shop.get('/v1/pools?prefix=lamp&limit=1')).body;
  assert.deepEqual([lamps.pools.length, lamps.pools[0].id, lamps.next], [1, 'lamp', 'lamp']);
  const rest = (await shop.get(`/v1/pools?prefix=lamp&cursor=${lamps.next}`)).body;
  assert.deepEqual(
    [rest.pools.map(({ id }: { id: string }) => id), rest.next],
    [['lamp-online'], undefined],
  );
  for (const query of [
    'prefix=',
    'after=a',
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=1.5',
    'limit=1&limit=2',
    'a=1',
  ]) {
    problemOf(await shop.get(`/v1/pools?${query}`), 400, 'invalid-request');
  }
});

test('balances are shown as of any past moment', async () => {
  await shop.fill('past', 4);
  const at = new Date(shop.time.wallMs()).toISOString();
  shop.time.passMs(1_000);
  await shop.hold('past', 3);
  const then = (await shop.get(`/v1/pools/past?at=${at}`)).body;
  assert.deepEqual([then.at, then.available, then.held, then.supply], [at, 4, 0, -4]);
  assert.deepEqual(await shop.balances('past'), [1, 3, 0]);
  problemOf(await shop.get('/v1/pools/past?at=2001-01-01T00:00:00Z'), 404, 'unknown-pool');
  const tomorrow = new Date(shop.time.wallMs() + 86_400_000).toISOString();
  const now = (await shop.get(`/v1/pools/past?at=${tomorrow}`)).body;
  const nowAt = new Date(shop.time.wallMs()).toISOString();
  assert.deepEqual([now.at, now.available, now.held], [nowAt, 1, 3]);
  const justBefore = new Date(Date.parse(at) - 1).toISOString();
  problemOf(await shop.get(`/v1/pools/past?at=${justBefore}`), 404, 'unknown-pool');
  for (const wrong of [
    '',
    '2026-02-30T00:00:00Z',
    '2026-11-20T12:00:00%2B99:00',
    'yesterday',
    '2026-11-20',
    '2026-13-01T00:00:00Z',
    '2026-11-20T09:30:00',
  ]) {
    const refused = await shop.get(`/v1/pools/past?at=${wrong}`);
    assert.equal(problemOf(refused, 400, 'invalid-request').field, 'at');
  }
});

test('a limit is no pool', async () => {
  await shop.put('/v1/limits/two', { per: 'buyer', scope: { pools: ['none'] }, quantityMax: 2 });
  problemOf(await shop.get('/v1/pools/!two'), 404, 'unknown-pool');
  problemOf(await shop.get('/v1/pools/!two?at=2030-01-01T00:00:00Z'), 404, 'unknown-pool');
});
