// The direct way and the framework's answer the same, and what is not plain goes to the framework. On raw
// sockets, because bytes decide.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { startServer } from '../../src/http/server.ts';
import {
  type Answer,
  type Asking,
  ask as askAt,
  KEY,
  request,
  TEA,
  UNUSUAL,
} from './raw-exchange.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
let port: number;
beforeEach(async () => {
  shop = await ServedShop.open();
  port = Number(new URL(shop.url).port);
  await shop.fill('tea', 1_000);
});
afterEach(() => shop.close());

const ask = (bytes: string | Buffer) => askAt(port, bytes);

/** What two replies to the same words must have in common. */
function comparable({ status, headers, body }: Answer) {
  const { date, location, 'idempotency-key': key, ...same } = headers;
  const { id, createdAt, updatedAt, expiresAt, ...rest } = body;
  assert.match(date ?? '', /GMT$/);
  const made = { id: typeof id, location: location === `/v1/reservations/${id}` };
  return { status, ...made, key: key?.length, headers: same, rest };
}

const CASES: Record<string, { asking: Asking; status: number }> = {
  accepted: { asking: {}, status: 201 },
  'with a key': { asking: { head: KEY }, status: 201 },
  'sold out': { asking: { body: TEA.replace('1', '1001') }, status: 409 },
  'an unknown pool': { asking: { body: TEA.replace('tea', 'none') }, status: 404 },
  'a quantity out of bounds': { asking: { body: TEA.replace('1', '0') }, status: 400 },
  'no duration': { asking: { body: TEA.replace('{', '{"holdFor":"long",') }, status: 400 },
  'another site': { asking: { head: 'Sec-Fetch-Site: cross-site\r\n' }, status: 403 },
  'another name': { asking: { host: 'example.org' }, status: 421 },
  'a key that is none': { asking: { head: 'Idempotency-Key: \r\n' }, status: 400 },
};

for (const [name, { asking, status }] of Object.entries(CASES)) {
  test(`both ways answer the same: ${name}`, async () => {
    const direct = await ask(request(asking));
    const head = (asking.head ?? '').replace('k-1', 'k-2') + UNUSUAL;
    const framework = await ask(request({ ...asking, head }));
    assert.equal(framework.isDirect, false);
    assert.deepEqual(comparable(direct), comparable(framework));
    assert.equal(direct.status, status);
  });
}

const TWO = JSON.stringify({ lines: [{ pool: 'tea', quantity: 2 }] });
const VERBS: Record<string, { body: string; status: number }> = {
  confirm: { body: '', status: 200 },
  cancel: { body: '{}', status: 200 },
  extend: { body: '{"holdFor":"20m"}', status: 200 },
  change: { body: TWO, status: 200 },
  return: { body: TWO, status: 409 },
};

for (const [verb, { body, status }] of Object.entries(VERBS)) {
  test(`both ways answer the same: ${verb}, twice, and under a version that has passed`, async () => {
    const [one, other] = [(await shop.hold('tea', 1)).id, (await shop.hold('tea', 1)).id];
    const at = (id: string, head: string) =>
      ask(request({ address: `POST /v1/reservations/${id}/${verb}`, body, head }));
    const statuses = [];
    for (const head of ['', '', 'If-Match: "99"\r\n']) {
      const direct = await at(one, head);
      const framework = await at(other, head + UNUSUAL);
      assert.deepEqual([direct.isDirect, framework.isDirect], [true, false]);
      const text = JSON.stringify(comparable(framework)).replaceAll(other, one);
      assert.deepEqual(comparable(direct), JSON.parse(text));
      statuses.push(direct.status);
    }
    assert.equal(statuses[0], status);
  });
}

test('a verb without body and type, and an address that needs reading', async () => {
  const { id } = await shop.hold('tea', 1);
  const bare = (address: string) => ask(`POST ${address} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const cancelled = await bare(`/v1/reservations/${id}/cancel`);
  assert.deepEqual([cancelled.status, cancelled.isDirect], [200, true]);
  const escaped = await bare(`/v1/reservations/${id.replace('-', '%2D')}/cancel`);
  assert.deepEqual([escaped.status, escaped.isDirect], [409, false]);
  const others = [`/v1/reservations/${id}/x/cancel`, `/v1/reservations//cancel`, '/v1/transfers'];
  for (const address of others) assert.equal((await bare(address)).isDirect, false, address);
});

test('the bytes of a body are limited, not its characters', async (t) => {
  const bodyMaxBytes = Buffer.byteLength(TEA) + 10;
  const server = await startServer({ stock: shop.stock, port: 0, limits: { bodyMaxBytes } });
  t.after(() => server.close());
  const to = Number(new URL(server.url).port);
  const { status, isDirect } = await askAt(to, request({ body: TEA }));
  assert.deepEqual([status, isDirect], [201, true]);
  const larger = await askAt(to, request({ body: TEA.replace('Zo', 'ë'.repeat(10)) }));
  assert.deepEqual([larger.status, larger.body.code], [413, 'body-too-large']);
});

test('what is plain goes the direct way, what is not goes the other', async () => {
  const plain = await ask(request({}));
  assert.deepEqual([plain.status, plain.isDirect], [201, true]);
  const refused = await ask(request({ body: TEA.replace('1', '1001') }));
  assert.deepEqual([refused.status, refused.isDirect], [409, true]);
  const others: Record<string, string | Buffer> = {
    'an unusual header': request({ head: UNUSUAL }),
    'a connection that ends': request({ head: 'Connection: close\r\n' }),
    'a question behind the address': request({ address: 'POST /v1/reservations?' }),
    'two lengths': request({ head: `Content-Length: ${Buffer.byteLength(TEA)}\r\n` }),
    'two hosts': request({ head: 'Host: localhost\r\n' }),
    'another type': request({}).replace('application/json', 'text/plain'),
    'no JSON': request({ body: '{' }),
    'another shape': request({ body: '{"lines":1}' }),
    'a name that poisons': request({ body: '{"__proto__":1}' }),
    'a folded header': request({ head: 'X-Note: one\r\n two\r\n' }),
    'bytes that are no text': Buffer.from(request({}).replace('ë', 'é\xff'), 'latin1'),
    'no version of HTTP': request({}).replace('HTTP/1.1', 'HTTP/1.0'),
    chunks: `${request({}).split('Content-Length')[0]}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  };
  for (const [why, bytes] of Object.entries(others)) {
    assert.equal((await ask(bytes)).isDirect, false, why);
  }
});

test('a fault of ours is a problem on the direct way too', async () => {
  shop.stock.reserve = () => Promise.reject(new TypeError('secret of the inside'));
  const later = await ask(request({}));
  shop.stock.reserve = () => {
    throw new TypeError('secret of the inside');
  };
  for (const { status, isDirect, body } of [later, await ask(request({}))]) {
    assert.deepEqual([status, isDirect, body.code], [500, true, 'internal']);
    assert.doesNotMatch(JSON.stringify(body), /secret/);
  }
});
