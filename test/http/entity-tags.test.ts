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
});

test('a limit changes under its current tag only', async () => {
  const limit = { per: 'order', scope: { pools: ['none'] }, quantityMax: 5 };
  const put = (tag: string, quantityMax: number) =>
    shop.put('/v1/limits/five', { ...limit, quantityMax }, { 'if-match': tag });
  problemOf(await put('"1"', 5), 412, 'stale-version');
  const created = await shop.put('/v1/limits/five', limit);
  assert.equal(created.headers.get('etag'), '"1"');
  assert.equal((await shop.get('/v1/limits/five')).headers.get('etag'), '"1"');
  const changed = await put('"1"', 6);
  assert.deepEqual([changed.status, changed.headers.get('etag')], [200, '"2"']);
  const stale = problemOf(await put('"1"', 7), 412, 'stale-version');
  assert.deepEqual([stale.version, stale.found], [1, 2]);
  assert.equal((await put('*', 8)).status, 200);
  assert.equal((await shop.get('/v1/limits/five')).body.quantityMax, 8);
});

test('who has it already gets 304 and no body', async () => {
  const held = await shop.hold('tea', 1);
  await shop.put('/v1/limits/seen', { per: 'order', scope: { pools: ['x'] }, quantityMax: 5 });
  for (const path of ['/v1/pools/tea', `/v1/reservations/${held.id}`, '/v1/limits/seen']) {
    const ask = (seen: string) => shop.call('GET', path, undefined, { 'if-none-match': seen });
    const tag = (await shop.get(path)).headers.get('etag')!;
    for (const seen of [tag, `W/${tag}`, `"0", ${tag}`, '*']) {
      const { status, body, headers } = await ask(seen);
      assert.deepEqual([status, body, headers.get('etag')], [304, '', tag], `${path} ${seen}`);
    }
    for (const seen of ['"999"', 'W/"999"', 'nonsense', '""']) {
      assert.equal((await ask(seen)).status, 200, `${path} ${seen}`);
    }
  }
});

test('a reservation that has run out is another one, though nobody has written it yet', async () => {
  const { id } = await shop.hold('tea', 1, { holdFor: '1m' });
  const path = `/v1/reservations/${id}`;
  const tag = (await shop.get(path)).headers.get('etag')!;
  const ask = () => shop.call('GET', path, undefined, { 'if-none-match': tag });
  assert.equal((await ask()).status, 304);
  shop.time.passMs(60_000);
  const due = await ask();
  assert.deepEqual([due.status, due.body.status], [200, 'EXPIRED']);
  await shop.stock.sweep();
  const swept = await ask();
  assert.deepEqual([swept.status, swept.body.status], [200, 'EXPIRED']);
  assert.notEqual(swept.headers.get('etag'), due.headers.get('etag'));
});

test('a repeat of an accepted command is answered whatever the tag is by now', async () => {
  const tag = (await shop.get('/v1/pools/tea')).headers.get('etag')!;
  const headers = { 'if-match': tag, 'idempotency-key': 'tagged' };
  const first = await shop.put('/v1/pools/tea', { place: 'd' }, headers);
  const again = await shop.put('/v1/pools/tea', { place: 'd' }, headers);
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
});
