// Starting, stopping, and who may reach the server.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { rawReply } from './raw-request.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open();
});
afterEach(() => shop.close());

test('it refuses to be reached from outside while nobody is asked for a key', async () => {
  const stock = await Stock.open(new MemoryEngine(), { sweep: false });
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org']) {
    await assert.rejects(startServer({ stock, host, port: 0 }), /without API keys/);
  }
  await stock.close();
});

test('it listens on IPv6 and on names of this machine', async () => {
  for (const host of ['::1', 'localhost', '127.0.0.2']) {
    const server = await startServer({ stock: shop.stock, host, port: 0 });
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200, host);
    await server.close();
  }
});

test('it answers under loopback names only', async () => {
  const port = Number(new URL(shop.url).port);
  const under = (host: string) =>
    rawReply(port, `GET /v1/pools HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', `[::1]:${port}`]) {
    assert.equal((await under(host)).status, 200, host);
  }
  for (const host of ['rebound.example.org', 'localhost.example.org', '10.0.0.1', '']) {
    assert.equal((await under(host)).body.code, 'misdirected', host);
  }
});

test('a browser may not send commands for another site', async () => {
  await shop.fill('tea', 1);
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site };
    const refused = await shop.post('/v1/pools/tea/receive', { quantity: 1 }, headers);
    problemOf(refused, 403, 'cross-site');
    assert.equal((await shop.call('GET', '/v1/pools', undefined, headers)).status, 200);
  }
  const own = { 'sec-fetch-site': 'same-origin' };
  assert.equal((await shop.post('/v1/pools/tea/receive', { quantity: 1 }, own)).status, 200);
});

test('closing answers what is in flight and leaves the stock open', async () => {
  await shop.fill('tea', 50);
  const { engine } = shop.stock;
  const { commit } = engine;
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  engine.commit = async (batch) => {
    reached.resolve();
    await released.promise;
    return commit.call(engine, batch);
  };
  const buying = shop.post('/v1/reservations', { lines: [{ pool: 'tea', quantity: 1 }] });
  await reached.promise;
  const closing = shop.server.close();
  released.resolve();
  const answered = await buying;
  assert.equal(answered.status, 201);
  await closing;
  await assert.rejects(fetch(`${shop.url}/healthz`));
  assert.equal((await shop.stock.pool('tea'))?.held, 1);
  await shop.server.close();
});

test('closing does not wait for connections that ask nothing', async () => {
  const idle = connect(Number(new URL(shop.url).port), '127.0.0.1');
  await once(idle, 'connect');
  await fetch(`${shop.url}/healthz`);
  const gone = once(idle, 'close');
  await shop.server.close();
  await gone;
});

test('health and readiness', async () => {
  assert.deepEqual((await shop.get('/healthz')).body, { status: 'ok' });
  const ready = (await shop.get('/readyz')).body;
  assert.deepEqual([ready.status, ready.engine, ready.position], ['ready', 'memory', 0]);
  shop.time.jumpMs(3_600_000);
  assert.match((await shop.get('/readyz')).body.expiryStopped, /jumped/);
  const { engine } = shop.stock;
  const health = engine.health();
  engine.health = () => ({ ...health, ok: false, detail: 'the disk is gone' });
  const refused = await shop.get('/readyz');
  assert.equal(problemOf(refused, 503, 'unavailable').reason, 'the disk is gone');
});

test('an overloaded store turns reservations away and still takes confirms', async () => {
  await shop.fill('tea', 5);
  const { id } = await shop.hold('tea', 1);
  Object.defineProperty(shop.stock.engine, 'sheds', { value: true });
  const refused = await shop.post('/v1/reservations', { lines: [{ pool: 'tea', quantity: 1 }] });
  problemOf(refused, 503, 'overloaded');
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal((await shop.post(`/v1/reservations/${id}/confirm`)).status, 200);
});

test('a fault of ours is a problem too, and tells nothing of the inside', async () => {
  const { engine } = shop.stock;
  engine.owners = async () => {
    throw new TypeError('secret of the inside');
  };
  const failed = await shop.get('/v1/pools/tea');
  const { detail } = problemOf(failed, 500, 'internal');
  assert.doesNotMatch(detail, /secret/);
});

test('data is not to be framed, sniffed or kept; pages run their own files only', async () => {
  const data = (await shop.get('/v1/pools')).headers;
  assert.match(data.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.equal(data.get('x-content-type-options'), 'nosniff');
  assert.equal(data.get('cache-control'), 'no-store');
  assert.equal(data.get('access-control-allow-origin'), null);
  const page = await shop.get('/');
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
});
