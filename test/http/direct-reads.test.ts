// Reading on the direct way: what one buyer looks at between commands is answered as the framework
// answers it, and does not take the connection away from it.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { type Answer, answers, ask, request, UNUSUAL } from './raw-exchange.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
let port: number;
beforeEach(async () => {
  shop = await ServedShop.open();
  port = Number(new URL(shop.url).port);
  await shop.fill('tea', 10);
  await shop.fill('cup:2', 3);
});
afterEach(() => shop.close());

const read = (path: string, head = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${head}\r\n`;

function comparable({ status, headers: { date, ...headers }, body }: Answer) {
  assert.match(date ?? '', /GMT$/);
  return { status, headers, body };
}

async function bothAnswer(path: string, head = ''): Promise<Answer> {
  const direct = await ask(port, read(path, head));
  const framework = await ask(port, read(path, head + UNUSUAL));
  assert.equal(framework.isDirect, false);
  assert.deepEqual(comparable(direct), comparable(framework));
  return direct;
}

test('what pools have to sell', async () => {
  const cases: [query: string, status: number, isDirect: boolean][] = [
    ['?pools=tea', 200, true],
    ['?pools=tea,none,cup:2', 200, true],
    ['?pools=tea%2Ccup%3A2', 200, true],
    ['?pools=t%C3%A9', 400, true],
    ['?pools=a%20b', 400, true],
    ['?pools=a+b', 400, false],
    ['?pools=%ff', 400, false],
    ['?pools=', 400, false],
    ['?pools=tea&pools=cup:2', 400, false],
    ['?pools=tea&x=1', 400, false],
    ['?x=tea', 400, false],
    ['?pools=tea#x', 400, false],
    ['?', 400, false],
    ['', 400, false],
  ];
  for (const [query, status, isDirect] of cases) {
    const answer = await bothAnswer(`/v1/availability${query}`);
    assert.deepEqual([answer.status, answer.isDirect], [status, isDirect], query);
  }
});

test('a reservation, and that nothing is new about it', async () => {
  const { id } = await shop.hold('tea', 2);
  const found = await bothAnswer(`/v1/reservations/${id}`);
  assert.deepEqual([found.status, found.isDirect, found.body.status], [200, true, 'HELD']);
  const known = await bothAnswer(
    `/v1/reservations/${id}`,
    `If-None-Match: ${found.headers.etag}\r\n`,
  );
  assert.deepEqual([known.status, known.isDirect, known.body], [304, true, {}]);
  const unknown = await bothAnswer(`/v1/reservations/${id.replace(/.$/, 'x')}`);
  assert.deepEqual([unknown.status, unknown.isDirect], [404, true]);
});

test('a sale as anybody sees it, with a Cache-Control and a time of its own', async () => {
  await shop.post('/v1/sales', { sale: 'spring', items: [{ from: 'tea', quantity: 5 }] });
  await shop.post('/v1/sales/spring/arm');
  const found = await bothAnswer('/sales/spring/page.json');
  assert.deepEqual([found.status, found.isDirect, found.body.status], [200, true, 'ARMED']);
  assert.match(found.headers['cache-control']!, /^public, /);
  const known = await bothAnswer(
    '/sales/spring/page.json',
    `If-None-Match: ${found.headers.etag}\r\n`,
  );
  assert.deepEqual([known.status, known.isDirect, known.body], [304, true, {}]);
  for (const { headers } of [found, known]) {
    assert.equal(
      Date.parse(headers.date!),
      Math.floor(shop.stock.engine.clock().nowMs / 1_000) * 1_000,
    );
  }
  const unknown = await bothAnswer('/sales/none/page.json');
  assert.deepEqual([unknown.status, unknown.isDirect], [404, true]);
  assert.match(unknown.headers['cache-control']!, /^public, max-age=1,/);
});

test('lists, HEAD and other methods are left to the framework', async () => {
  const { id } = await shop.hold('tea', 2);
  for (const path of [
    '/v1/reservations',
    '/v1/reservations?buyer=b',
    `/v1/reservations/${id}?x=1`,
  ]) {
    assert.equal((await ask(port, read(path))).isDirect, false, path);
  }
  const socket = connect(port, '127.0.0.1');
  socket.write(read('/v1/availability?pools=tea').replace('GET', 'HEAD'));
  const [reply] = await new Promise<Buffer[]>((resolve) => {
    socket.once('data', (bytes) => resolve([bytes]));
  });
  assert.match(reply!.toString(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
  socket.destroy();
  const removed = await ask(port, read(`/v1/reservations/${id}`).replace('GET', 'DELETE'));
  assert.deepEqual([removed.status, removed.isDirect], [405, false]);
});

test('who looks, reserves, looks again and confirms stays on the direct way', async () => {
  const socket = connect(port, '127.0.0.1');
  const next = async (bytes: string) => {
    socket.write(bytes);
    const [answer] = await answers(socket, 1);
    assert.equal(answer!.isDirect, true);
    return answer!;
  };
  await next(read('/v1/availability?pools=tea'));
  const { body } = await next(request({ body: '{"lines":[{"pool":"tea","quantity":1}]}' }));
  await next(read(`/v1/reservations/${body.id}`));
  const address = `POST /v1/reservations/${body.id}/confirm`;
  const confirmed = await next(request({ address, body: '' }));
  assert.equal(confirmed.body.status, 'CONFIRMED');
  socket.destroy();
});
