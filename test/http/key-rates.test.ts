// How often the holder of an API key may ask: each key by itself, on every route, and told in each reply.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeApiKey } from '../../src/http/access/api-key.ts';
import { changeKeyFile } from '../../src/http/access/key-file.ts';
import { KeyRing } from '../../src/http/access/key-ring.ts';
import { bearer, newKeyFile } from './keyed-shop.ts';
import { ServedShop } from './served-shop.ts';

const path = newKeyFile();
const newKey = (rate?: { perSecond: number; burst: number }) => {
  const { key, token } = makeApiKey({ role: 'operator', rate }, new Date());
  changeKeyFile(path, (keys) => [...keys, key]);
  return bearer(token);
};
const slow = newKey({ perSecond: 0.01, burst: 4 });
const other = newKey({ perSecond: 0.01, burst: 1 });
const free = newKey();
let ring: KeyRing;
let shop: ServedShop;
before(async () => {
  ring = await KeyRing.open(path);
  shop = await ServedShop.open({ keys: ring });
});
after(async () => {
  await shop.close();
  ring.close();
});

test('a key is turned away on every route once it has asked too often, and no other key is', async () => {
  const startMs = performance.now();
  const first = await shop.call('GET', '/v1/pools', undefined, slow);
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('RateLimit-Policy'), '"key";q=4;w=400');
  assert.equal(first.headers.get('RateLimit'), '"key";r=3;t=100');
  const line = { lines: [{ pool: 'none', quantity: 1 }] };
  assert.equal((await shop.call('POST', '/v1/reservations', line, slow)).status, 404);
  assert.equal((await shop.call('PUT', '/v1/pools/tea', {}, slow)).status, 201);
  assert.equal((await shop.call('POST', '/v1/reservations', {}, slow)).status, 400);
  for (const [method, address] of [
    ['POST', '/v1/reservations'],
    ['GET', '/v1/pools'],
    ['GET', '/v1/pools/tea'],
  ] as const) {
    const body = method === 'POST' ? line : undefined;
    const late = await shop.call(method, address, body, slow);
    assert.deepEqual([late.status, late.body.code, late.body.rate], [429, 'rate-limited', 'key']);
    const retryAfter = Number(late.headers.get('Retry-After'));
    // The first token of these 400 s comes back in 100 s, less what has gone by since the first was taken.
    const leastS = 100 - (performance.now() - startMs) / 1_000;
    assert.ok(leastS <= retryAfter && retryAfter <= 100, `${retryAfter} s`);
  }
  assert.equal((await shop.call('GET', '/v1/pools', undefined, other)).status, 200);
  assert.equal((await shop.call('GET', '/v1/pools', undefined, other)).status, 429);
  for (let count = 0; count < 20; count += 1) {
    const reply = await shop.call('GET', '/v1/pools', undefined, free);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('RateLimit'), null);
  }
  assert.equal((await shop.get('/healthz')).status, 200);
});
