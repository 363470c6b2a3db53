// What a server takes before it says no, tried with bytes on a socket: slow headers, slow bodies, too
// much of both, too many connections, too many requests in hand.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { startServer } from '../../src/http/server.ts';
import type { ServerLimits } from '../../src/http/server-limits.ts';
import { rawReply } from './raw-request.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
afterEach(() => shop.close());

async function serve(limits: Partial<ServerLimits>): Promise<number> {
  shop = await ServedShop.open({ limits });
  return Number(new URL(shop.url).port);
}

const BEGIN = 'POST /v1/pools/tea/receive HTTP/1.1\r\nHost: localhost\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';

test('headers that do not end in time', async () => {
  const port = await serve({ headersTimeoutMs: 50 });
  for (const bytes of ['', 'G', BEGIN]) {
    const reply = await rawReply(port, bytes);
    assert.deepEqual([reply.status, reply.body.code], [408, 'request-timeout'], bytes);
    assert.match(reply.head, /^connection: close/im);
  }
});

test('a body that does not end in time, however busily it drips', async (t) => {
  const port = await serve({ requestTimeoutMs: 120 });
  const socket = connect(port, '127.0.0.1');
  socket.write(`${BEGIN}${JSON_TYPE}Content-Length: 1000000\r\n\r\n{"reference":"`);
  const drip = setInterval(() => socket.write('x'), 5);
  t.after(() => clearInterval(drip));
  let text = '';
  socket.on('data', (chunk) => (text += chunk)).on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  assert.match(text, /^HTTP\/1\.1 408 /);
  assert.match(text, /"code":"request-timeout"/);
  assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1);
  const chunked = `${BEGIN}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`;
  assert.equal((await rawReply(port, chunked)).body.code, 'request-timeout');
  assert.equal((await shop.get('/readyz')).status, 200);
});

test('a body that is too large, said before it is read', async () => {
  const port = await serve({ bodyMaxBytes: 1_024 });
  const said = `${BEGIN}${JSON_TYPE}Content-Length: 1025\r\n\r\n`;
  const reply = await rawReply(port, said);
  assert.deepEqual([reply.status, reply.body.code], [413, 'body-too-large']);
  assert.equal(reply.body.bytesMax, 1_024);
  const chunk = `{"reference":"${'x'.repeat(1_024)}`;
  const chunked = `${BEGIN}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  assert.equal((await rawReply(port, chunked)).body.code, 'body-too-large');
  const fits = { quantity: 1, reference: 'x'.repeat(256) };
  problemOf(await shop.post('/v1/pools/none/receive', fits), 404, 'unknown-pool');
});

test('headers that are too large', async () => {
  const port = await serve({ headersMaxBytes: 2_048 });
  const reply = await rawReply(port, `${BEGIN}X: ${'x'.repeat(2_048)}\r\n\r\n`);
  assert.deepEqual([reply.status, reply.body.code], [431, 'headers-too-large']);
  const fits = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(1_900)}\r\n`;
  assert.equal((await rawReply(port, `${fits}Connection: close\r\n\r\n`)).status, 200);
});

test('a connection that asks nothing any more', async () => {
  const port = await serve({ keepAliveMs: 20 });
  const reply = await rawReply(port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.equal(reply.status, 200);
});

test('more connections than there may be are closed, and taken again when there is room', async (t) => {
  await serve({});
  // Nobody else has a connection to this one.
  const server = await startServer({ stock: shop.stock, port: 0, limits: { connectionsMax: 3 } });
  t.after(() => server.close());
  const port = Number(new URL(server.url).port);
  const ask = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const open: Socket[] = [];
  for (let index = 0; index < 3; index += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.write(ask);
    open.push(socket);
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 200/);
  }
  assert.deepEqual((await rawReply(port, ask)).status, 0);
  const [first] = open;
  first!.destroy();
  await once(first!, 'close');
  while (
    (await rawReply(port, ask.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).status === 0
  );
  for (const socket of open) socket.destroy();
});

test('more requests in hand than there may be: confirms go on longer, health always', async () => {
  await serve({ inFlightMax: 4 });
  await shop.fill('tea', 50);
  const held = [];
  for (let index = 0; index < 3; index += 1) held.push(await shop.hold('tea', 1));
  const { engine } = shop.stock;
  const { commit } = engine;
  const waiting = Promise.withResolvers<void>();
  engine.commit = async (batch) => {
    await waiting.promise;
    return commit.call(engine, batch);
  };
  const { stock } = shop;
  const { reserve, confirm } = stock;
  const arrived = Promise.withResolvers<void>();
  let count = 0;
  stock.reserve = (...asked) => {
    count += 1;
    if (count === 4) arrived.resolve();
    return reserve.apply(stock, asked);
  };
  const lines = [{ pool: 'tea', quantity: 1 }];
  const inHand = Array.from({ length: 4 }, () => shop.post('/v1/reservations', { lines }));
  await arrived.promise;
  const refused = await shop.post('/v1/reservations', { lines });
  problemOf(refused, 503, 'overloaded');
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.ok(refused.headers.get('idempotency-key'));
  problemOf(await shop.get('/v1/pools'), 503, 'overloaded');
  assert.equal((await shop.get('/readyz')).status, 200);
  stock.confirm = (...asked) => {
    waiting.resolve();
    return confirm.apply(stock, asked);
  };
  const confirmed = await shop.post(`/v1/reservations/${held[0].id}/confirm`);
  waiting.resolve();
  assert.equal(confirmed.status, 200);
  for (const reply of await Promise.all(inHand)) assert.equal(reply.status, 201);
  assert.equal((await shop.post('/v1/reservations', { lines })).status, 201);
});
