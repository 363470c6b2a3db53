// A connection on the direct way: requests in pieces, without waiting, more than are read, half closed,
// cut; and how it changes to the framework at any request. On raw sockets.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { startServer } from '../../src/http/server.ts';
import { answers, ask, KEY, request, TEA } from './raw-exchange.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
let port: number;
beforeEach(async () => {
  shop = await ServedShop.open();
  port = Number(new URL(shop.url).port);
  await shop.fill('tea', 1_000);
});
afterEach(() => shop.close());

test('a request in pieces, whatever they are', async () => {
  const bytes = Buffer.from(request({ head: KEY }));
  for (const size of [1, 40, bytes.length - 1]) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    for (let at = 0; at < bytes.length; at += size) {
      const sent = new Promise((resolve) => socket.write(bytes.subarray(at, at + size), resolve));
      await sent;
    }
    const [answer] = await answers(socket, 1);
    assert.equal(answer!.status, 201);
    socket.destroy();
  }
  assert.equal((await shop.stock.pool('tea'))!.held, 1);
});

test('requests that are sent without waiting are answered in their order, on both ways', async () => {
  const socket = connect(port, '127.0.0.1');
  const look = 'GET /v1/pools/tea HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const key = (name: string) => ({ head: `Idempotency-Key: ${name}\r\n` });
  socket.write(request(key('a')) + request(key('b')) + look + request(key('c')));
  const [a, b, pool, c] = await answers(socket, 4);
  assert.deepEqual(
    [a!.isDirect, b!.isDirect, pool!.isDirect, c!.isDirect],
    [true, true, false, false],
  );
  const keys = [a, b, c].map((answer) => answer!.headers['idempotency-key']);
  assert.deepEqual(keys, ['a', 'b', 'c']);
  assert.deepEqual([pool!.body.held, (await shop.stock.pool('tea'))!.held], [2, 3]);
  // It goes on there.
  socket.write(request({}));
  assert.deepEqual(
    (await answers(socket, 1)).map(({ status }) => status),
    [201],
  );
  socket.destroy();
});

test('thousands at once on one connection', async () => {
  const COUNT = 2_000;
  const socket = connect(port, '127.0.0.1');
  const body = TEA.replace('1', '1001');
  for (let index = 0; index < COUNT; index += 1) {
    socket.write(request({ body, head: `Idempotency-Key: k-${index}\r\n` }));
  }
  const found = await answers(socket, COUNT);
  const keys = found.map(({ headers }) => headers['idempotency-key']);
  assert.deepEqual(
    keys,
    Array.from({ length: COUNT }, (_, index) => `k-${index}`),
  );
  assert.ok(found.every(({ status }) => status === 409));
  socket.destroy();
});

test('who asks without reading the answers waits, and gets them all', async () => {
  // Each is just short enough to come in one piece; all answers are more than any buffers take.
  const COUNT = 250;
  const lines = Array.from({ length: 2_330 }, () => ({ pool: 'tea', quantity: 1 }));
  await shop.post('/v1/pools/tea/receive', { quantity: lines.length });
  const { stock } = shop;
  const { reserve } = stock;
  let taken = 0;
  stock.reserve = (...asked) => {
    taken += 1;
    return reserve.apply(stock, asked);
  };
  const socket = connect(port, '127.0.0.1').pause();
  for (let index = 0; index < COUNT; index += 1) {
    socket.write(request({ body: JSON.stringify({ lines }), head: KEY }));
    // What was sent before this has come before it.
    await shop.get('/healthz');
  }
  assert.ok(taken < COUNT - 50);
  const found = await answers(socket, COUNT);
  assert.ok(found.every(({ status, body }) => status === 201 && body.id === found[0]!.body.id));
  assert.ok(found[0]!.isDirect);
  assert.equal(taken, COUNT);
  socket.destroy();
});

/** Keeps batches back until the function that it returns is called; tells when the first is there. */
function holdBack(): { arrived: Promise<void>; release: () => void } {
  const { engine } = shop.stock;
  const { commit } = engine;
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  engine.commit = async (batch) => {
    arrived.resolve();
    await released.promise;
    return commit.call(engine, batch);
  };
  return { arrived: arrived.promise, release: released.resolve };
}

test('a client that says no more after its request gets the answer, and the end', async () => {
  const { arrived, release } = holdBack();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(request({}));
  const ended = once(socket, 'end');
  await arrived;
  // What was sent before this has come before it.
  await shop.get('/v1/pools');
  release();
  const [answer] = await answers(socket, 1);
  assert.deepEqual([answer!.status, answer!.isDirect], [201, true]);
  await ended;
});

test('who was answered or is gone is no longer in hand, and what was sent counts', async (t) => {
  const server = await startServer({ stock: shop.stock, port: 0, limits: { inFlightMax: 1 } });
  t.after(() => server.close());
  port = Number(new URL(server.url).port);
  for (const _ of 'three') assert.equal((await ask(port, request({}))).status, 201);
  const { arrived, release } = holdBack();
  const socket = connect(port, '127.0.0.1');
  socket.write(request({ head: KEY }));
  await arrived;
  socket.resetAndDestroy();
  await once(socket, 'close');
  release();
  const again = await ask(port, request({ head: KEY }));
  assert.equal(again.headers['idempotency-replayed'], 'true');
});

test('a connection that asks nothing any more is ended', async (t) => {
  const server = await startServer({ stock: shop.stock, port: 0, limits: { keepAliveMs: 20 } });
  t.after(() => server.close());
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(request({}));
  const closed = once(socket, 'close');
  const [answer] = await answers(socket, 1);
  assert.equal(answer!.isDirect, true);
  socket.resume();
  await closed;
});
