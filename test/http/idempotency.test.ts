// The same command under the same key takes effect once and is answered the same.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HoldfastError } from '../../src/errors.ts';
import { parseKey } from '../../src/http/idempotency-key.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 1_000);
});
after(() => shop.close());

function replayed({ headers }: Reply): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

test('a repeat gets the first status and body, and says so', async () => {
  const key = { 'idempotency-key': 'k-1' };
  const body = { lines: [{ pool: 'tea', quantity: 1 }] };
  const first = await shop.post('/v1/reservations', body, key);
  const again = await shop.post('/v1/reservations', body, key);
  assert.deepEqual([first.status, replayed(first)], [201, false]);
  assert.deepEqual([again.status, replayed(again)], [201, true]);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('etag'), first.headers.get('etag'));
  await shop.post(`/v1/reservations/${first.body.id}/cancel`);
  const later = await shop.post('/v1/reservations', body, key);
  assert.deepEqual([later.status, later.body], [201, first.body]);
});

test('every command repeats', async () => {
  const held = await shop.hold('tea', 4);
  const at = `/v1/reservations/${held.id}`;
  const lines = [{ pool: 'tea', quantity: 3 }];
  const commands: [string, string, object | undefined][] = [
    ['PUT', '/v1/pools/new', { place: 'here' }],
    ['PUT', '/v1/pools/tea-2', { product: 'tea' }],
    ['POST', '/v1/pools/tea/receive', { quantity: 1 }],
    ['POST', '/v1/pools/tea/adjust', { quantity: -1 }],
    ['POST', '/v1/transfers', { from: 'tea', to: 'tea-2', quantity: 1 }],
    ['PUT', '/v1/limits/none', { per: 'order', scope: { pools: ['none'] }, quantityMax: 1 }],
    ['POST', `${at}/extend`, { holdFor: 'PT30M' }],
    ['POST', `${at}/change`, { lines }],
    ['POST', `${at}/confirm`, undefined],
    ['POST', `${at}/return`, { lines: [{ pool: 'tea', quantity: 1 }] }],
  ];
  for (const [method, path, body] of commands) {
    const key = { 'idempotency-key': `every ${method} ${path}`.replaceAll(' ', '-') };
    const first = await shop.call(method, path, body, key);
    const again = await shop.call(method, path, body, key);
    assert.ok(first.status < 300, `${path}: ${JSON.stringify(first.body)}`);
    assert.deepEqual([again.status, again.body], [first.status, first.body], path);
    assert.deepEqual([replayed(first), replayed(again)], [false, true], path);
  }
});

test('another command under the key is refused', async () => {
  const key = { 'idempotency-key': 'k-2' };
  await shop.post('/v1/pools/tea/receive', { quantity: 1 }, key);
  const other = await shop.post('/v1/pools/tea/receive', { quantity: 2 }, key);
  const { at } = problemOf(other, 422, 'key-reused');
  assert.equal(at, new Date(shop.time.wallMs()).toISOString());
});

test('a refusal is not remembered', async () => {
  await shop.fill('rare', 0);
  const key = { 'idempotency-key': 'k-3' };
  const body = { lines: [{ pool: 'rare', quantity: 1 }] };
  problemOf(await shop.post('/v1/reservations', body, key), 409, 'insufficient-stock');
  await shop.post('/v1/pools/rare/receive', { quantity: 1 });
  assert.equal((await shop.post('/v1/reservations', body, key)).status, 201);
});

test('the key is named in every reply to a command', async () => {
  const key = { 'idempotency-key': '"quoted key"' };
  const replies = [
    await shop.put('/v1/pools/tea', {}, key),
    await shop.post('/v1/pools/nowhere/receive', { quantity: 1 }, key),
    await shop.post('/v1/pools/tea/receive', { quantity: 'x' }, key),
  ];
  for (const { headers } of replies) {
    assert.equal(headers.get('idempotency-key'), '"quoted key"');
  }
  const made = await shop.post('/v1/pools/tea/receive', { quantity: 1 });
  assert.match(made.headers.get('idempotency-key') ?? '', /^[0-9a-f-]{36}$/);
  assert.equal((await shop.get('/v1/pools/tea')).headers.get('idempotency-key'), null);
});

test('a 503 names the key, under which the command can be sent again', async () => {
  const { engine } = shop.stock;
  const { commit } = engine;
  engine.commit = async () => {
    throw new HoldfastError('unavailable');
  };
  const failed = await shop.post('/v1/pools/tea/receive', { quantity: 1 });
  engine.commit = commit;
  problemOf(failed, 503, 'unavailable');
  assert.equal(failed.headers.get('retry-after'), '1');
  const key = { 'idempotency-key': failed.headers.get('idempotency-key')! };
  assert.equal((await shop.post('/v1/pools/tea/receive', { quantity: 1 }, key)).status, 200);
});

test('a hundred requests at once with one key have one effect', async () => {
  const [before] = await shop.balances('tea');
  const key = { 'idempotency-key': 'hundred' };
  const replies = await Promise.all(
    Array.from({ length: 100 }, () =>
      shop.post('/v1/reservations', { lines: [{ pool: 'tea', quantity: 2 }] }, key),
    ),
  );
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [201]);
  assert.equal(new Set(replies.map(({ body }) => JSON.stringify(body))).size, 1);
  assert.equal(replies.filter((reply) => !replayed(reply)).length, 1);
  const [available] = await shop.balances('tea');
  assert.equal(available, before - 2);
});

test('plain and quoted forms name the same key', () => {
  const cases: [header: string, key: string | undefined][] = [
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['"a b"', 'a b'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['""', ''],
    ['"abc', undefined],
    ['"a\\b"', undefined],
    ['"abc";x=1', undefined],
    ['a b', undefined],
    ['ü', undefined],
    ['', undefined],
  ];
  for (const [header, key] of cases) assert.equal(parseKey(header), key, header);
});

test('what is no key is refused', async () => {
  for (const key of ['x'.repeat(257), '""', '"open', 'a b', 'caf\u00e9']) {
    const refused = await shop.post(
      '/v1/pools/tea/receive',
      { quantity: 1 },
      {
        'idempotency-key': key,
      },
    );
    assert.equal(problemOf(refused, 400, 'invalid-request').field, 'Idempotency-Key');
  }
  const longest = { 'idempotency-key': 'x'.repeat(256) };
  assert.equal((await shop.post('/v1/pools/tea/receive', { quantity: 1 }, longest)).status, 200);
});
