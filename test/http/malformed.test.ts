// Whatever comes in, the answer is a typed problem: never a 500, never silence, never an effect.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rawReply } from './raw-request.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 10);
});
after(() => shop.close());

const RESERVE = '/v1/reservations';
const RECEIVE = '/v1/pools/tea/receive';
const line = '{"pool":"tea","quantity":1}';
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Bodies sent as JSON, and the field that is named as wrong. */
const BODIES: [path: string, body: string | Buffer, field: string][] = [
  [RECEIVE, '', 'body'],
  [RECEIVE, ' ', 'body'],
  [RECEIVE, '{', 'body'],
  [RECEIVE, '{"quantity":1', 'body'],
  [RECEIVE, '{"quantity":1}}', 'body'],
  [RECEIVE, "{'quantity':1}", 'body'],
  [RECEIVE, '{"quantity":01}', 'body'],
  [RECEIVE, '{"quantity":NaN}', 'body'],
  [RECEIVE, 'quantity=1', 'body'],
  [RECEIVE, '[]', 'body'],
  [RECEIVE, 'null', 'body'],
  [RECEIVE, '5', 'body'],
  [RECEIVE, '"text"', 'body'],
  [RECEIVE, 'true', 'body'],
  [RECEIVE, '{"__proto__":{"quantity":1}}', 'body'],
  [RECEIVE, '{"quantity":1,"constructor":{"prototype":{}}}', 'body'],
  [RECEIVE, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'body'],
  [RECEIVE, Buffer.from('{"quantity":1,"reference":"\xe9"}', 'latin1'), 'body'],
  [RECEIVE, '{}', 'quantity'],
  [RECEIVE, '{"quantity":null}', 'quantity'],
  [RECEIVE, '{"quantity":"1"}', 'quantity'],
  [RECEIVE, '{"quantity":1.5}', 'quantity'],
  [RECEIVE, '{"quantity":0}', 'quantity'],
  [RECEIVE, '{"quantity":-1}', 'quantity'],
  [RECEIVE, '{"quantity":1e400}', 'quantity'],
  [RECEIVE, '{"quantity":1000000001}', 'quantity'],
  [RECEIVE, '{"quantity":9007199254740993}', 'quantity'],
  [RECEIVE, '{"quantity":true}', 'quantity'],
  [RECEIVE, '{"quantity":[1]}', 'quantity'],
  [RECEIVE, '{"quantity":1,"quantitty":1}', 'quantitty'],
  [RECEIVE, '{"quantity":1,"pool":"cup"}', 'pool'],
  [RECEIVE, '{"quantity":1,"reference":""}', 'reference'],
  [RECEIVE, '{"quantity":1,"reference":"\\u0000"}', 'reference'],
  [RECEIVE, '{"quantity":1,"reference":"\\ud800"}', 'reference'],
  [RECEIVE, `{"quantity":1,"reference":"${'x'.repeat(257)}"}`, 'reference'],
  [RECEIVE, '{"quantity":1,"reference":{}}', 'reference'],
  ['/v1/pools/tea/adjust', '{"quantity":0}', 'quantity'],
  ['/v1/pools/tea/adjust', '{"quantity":1,"upTo":"yes"}', 'upTo'],
  ['/v1/pools/t%20a/receive', '{"quantity":1}', 'pool'],
  ['/v1/pools/a%2Fb/receive', '{"quantity":1}', 'pool'],
  ['/v1/pools/%00/receive', '{"quantity":1}', 'pool'],
  ['/v1/pools/!two/receive', '{"quantity":1}', 'pool'],
  ['/v1/transfers', '{"from":"tea"}', 'to'],
  ['/v1/transfers', '{"from":"tea","to":"t a","quantity":1}', 'to'],
  [RESERVE, '{"lines":{}}', 'lines'],
  [RESERVE, '{"lines":[]}', 'lines'],
  [RESERVE, '{"lines":[null]}', 'lines/0'],
  [RESERVE, '{"lines":["tea"]}', 'lines/0'],
  [RESERVE, '{"lines":[{"pool":"tea"}]}', 'lines/0/quantity'],
  [RESERVE, '{"lines":[{"pool":1,"quantity":1}]}', 'lines/0/pool'],
  [RESERVE, '{"lines":[{"pool":"","quantity":1}]}', 'lines/0/pool'],
  [RESERVE, `{"lines":[${line},{"pool":"té","quantity":1}]}`, 'lines/1/pool'],
  [RESERVE, `{"lines":[{"pool":"tea","quantity":1,"price":5}]}`, 'lines/0/price'],
  [RESERVE, `{"lines":[{"pool":"tea","quantity":1,"quantityMin":2}]}`, 'lines/0/quantityMin'],
  [RESERVE, `{"lines":[${line}],"buyer":5}`, 'buyer'],
  [RESERVE, `{"lines":[${line}],"buyer":""}`, 'buyer'],
  [RESERVE, `{"lines":[${line}],"holdFor":900}`, 'holdFor'],
  [RESERVE, `{"lines":[${line}],"holdFor":"900"}`, 'holdFor'],
  [RESERVE, `{"lines":[${line}],"holdFor":"P61D"}`, 'holdFor'],
  [RESERVE, `{"lines":[${line}],"holdFor":"999999999999d"}`, 'holdFor'],
  [RESERVE, `{"lines":[${line}],"holdFor":"1h","holdCap":"1m"}`, 'holdCap'],
  [RESERVE, `{"lines":[${line}],"holdForMs":5}`, 'holdForMs'],
  [RESERVE, `{"lines":[${line}],"metadata":[]}`, 'metadata'],
  [RESERVE, `{"lines":[${line}],"metadata":{"\\u005f_proto__":{"a":1}}}`, 'body'],
  [RESERVE, `{"lines":[${line}],"metadata":{"c\\u006fnstructor":{"prototype":{}}}}`, 'body'],
  [RESERVE, `{"lines":[${line}],"metadata":"{}"}`, 'metadata'],
  [RESERVE, `{"lines":[${line}],"metadata":{"a":"${'x'.repeat(2048)}"}}`, 'metadata'],
  [RESERVE, `{"lines":[${line}],"metadata":{"a":"\\ud800"}}`, 'metadata'],
  [RESERVE, `{"lines":[${line}],"metadata":{"a":${deep(400_000)}}}`, 'metadata'],
  [RESERVE, deep(400_000), 'body'],
  [`${RESERVE}/x/extend`, '{}', 'holdFor'],
  [`${RESERVE}/x/confirm`, '{"lines":5}', 'lines'],
  [`${RESERVE}/x/cancel`, '{"why":"no"}', 'why'],
  [`${RESERVE}/x/change`, '{"lines":[{"pool":"tea","quantity":0}]}', 'lines/0/quantity'],
  [`${RESERVE}/x/return`, '{"lines":[]}', 'lines'],
];

test(`${BODIES.length} bodies that are wrong are refused with the field that is wrong`, async () => {
  for (const [path, body, field] of BODIES) {
    const response = await fetch(shop.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const problem = (await response.json()) as { code: string; field: string };
    const shown = `${path} ${String(body).slice(0, 80)} -> ${JSON.stringify(problem)}`;
    assert.equal(response.status, 400, shown);
    assert.deepEqual([problem.code, problem.field], ['invalid-request', field], shown);
  }
});

test('bodies of another kind, or too large, are refused', async () => {
  const post = async (headers: Record<string, string>, body: string) => {
    const response = await fetch(shop.url + RECEIVE, { method: 'POST', headers, body });
    const { code } = (await response.json()) as { code: string };
    return [response.status, code];
  };
  const json = '{"quantity":1}';
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'nonsense',
    ';',
  ];
  for (const type of types) {
    const expected = [415, 'unsupported-media-type'];
    assert.deepEqual(await post({ 'content-type': type }, json), expected, type);
  }
  const large = `{"quantity":1,"reference":"${'x'.repeat(1_048_576)}"}`;
  const answered = await post({ 'content-type': 'application/json' }, large);
  assert.deepEqual(answered, [413, 'body-too-large']);
});

const ADDRESSES: [method: string, path: string, status: number, code: string][] = [
  ['GET', '/nothing', 404, 'unknown-route'],
  ['POST', '/nothing', 404, 'unknown-route'],
  ['GET', '/v1', 404, 'unknown-route'],
  ['GET', '/v1/pools/', 404, 'unknown-pool'],
  ['GET', '/v1/pools//receive', 404, 'unknown-route'],
  ['GET', '/../etc/passwd', 404, 'unknown-route'],
  ['GET', '/%2e%2e/package.json', 404, 'unknown-route'],
  ['GET', '/..%2fpackage.json', 404, 'unknown-route'],
  ['GET', '/errors/nothing', 404, 'unknown-route'],
  ['GET', '/v1/pools/%zz', 400, 'invalid-request'],
  ['GET', '/v1/pools/%C3', 400, 'invalid-request'],
  ['GET', `/v1/pools/${'x'.repeat(600)}`, 414, 'address-too-long'],
  ['DELETE', '/v1/pools/tea', 405, 'method-not-allowed'],
  ['PATCH', '/v1/reservations', 405, 'method-not-allowed'],
  ['POST', '/v1/pools', 405, 'method-not-allowed'],
  ['GET', '/v1/transfers', 405, 'method-not-allowed'],
  ['PUT', '/v1/events', 405, 'method-not-allowed'],
  ['OPTIONS', '/v1/reservations', 405, 'method-not-allowed'],
  ['POST', '/', 405, 'method-not-allowed'],
  ['DELETE', '/console.css', 405, 'method-not-allowed'],
  ['POST', '/docs/', 405, 'method-not-allowed'],
];

test(`${ADDRESSES.length} wrong addresses and methods`, async () => {
  const port = Number(new URL(shop.url).port);
  for (const [method, path, status, code] of ADDRESSES) {
    const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
    const reply = await rawReply(port, `${head}Content-Length: 1\r\n\r\n{`);
    assert.deepEqual([reply.status, reply.body.code], [status, code], `${method} ${path}`);
    assert.equal(/^allow: \S/im.test(reply.head), status === 405, `${method} ${path}`);
  }
});

const host = 'Host: localhost\r\n';
const BYTES: [bytes: string, status: number, code: string][] = [
  ['nonsense\r\n\r\n', 400, 'malformed-http'],
  ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed-http'],
  [`GET / HTTP/9.9\r\n${host}\r\n`, 400, 'malformed-http'],
  [`FROB / HTTP/1.1\r\n${host}\r\n`, 400, 'malformed-http'],
  [`GET /a b HTTP/1.1\r\n${host}\r\n`, 400, 'malformed-http'],
  [`GET / HTTP/1.1\r\n${host}No colon here\r\n\r\n`, 400, 'malformed-http'],
  [`GET / HTTP/1.1\r\n${host}X: a\x00b\r\n\r\n`, 400, 'malformed-http'],
  [
    `POST ${RECEIVE} HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
    400,
    'malformed-http',
  ],
  [`POST ${RECEIVE} HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, 400, 'malformed-http'],
  [
    `POST ${RECEIVE} HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    400,
    'malformed-http',
  ],
  [
    `POST ${RECEIVE} HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n`,
    400,
    'malformed-http',
  ],
  [`GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  [`PURGE /v1/pools HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 405, 'method-not-allowed'],
  [
    `POST ${RECEIVE} HTTP/1.1\r\n${host}Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    400,
    'invalid-request',
  ],
];

test(`${BYTES.length} kinds of broken HTTP`, async () => {
  const port = Number(new URL(shop.url).port);
  for (const [bytes, status, code] of BYTES) {
    const reply = await rawReply(port, Buffer.from(bytes, 'latin1'));
    const shown = `${JSON.stringify(bytes.slice(0, 90))} -> ${reply.head}`;
    assert.deepEqual([reply.status, reply.body.code], [status, code], shown);
  }
});

test('none of it changed anything', async () => {
  assert.deepEqual(await shop.balances('tea'), [10, 0, 0]);
  assert.equal((await shop.get('/v1/journal')).body.next, 2);
});
