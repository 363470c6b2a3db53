// Hundreds of bad requests, made from good ones: each is refused with a documented problem, none
// harms its neighbours in a batch, none changes anything, and the server is as well as before.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROBLEM_CODES, type ProblemCode, problem } from '../../src/http/problem.ts';
import {
  type BadRequest,
  bodyWith,
  ROUTES,
  wrongBodies,
  wrongFields,
} from './malformed-requests.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
let held: string;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 1_000_000);
  await shop.put('/v1/pools/tea-2', { product: 'tea' });
  held = (await shop.hold('tea', 2, { holdFor: '1h' })).id;
});
after(() => shop.close());

const JSON_TYPE = { 'content-type': 'application/json' };
let sent = 0;

/** Sends it; it must be refused with a problem that the documentation lists. */
async function refuse({ method, path, body, headers = JSON_TYPE, field }: BadRequest) {
  sent += 1;
  const shown = `${method} ${path} ${JSON.stringify(headers)} ${String(body).slice(0, 120)}`;
  const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await fetch(shop.url + path.replace('ID', held), init);
  const text = await response.text();
  const said = `${shown} -> ${response.status} ${text.slice(0, 300)}`;
  assert.ok(response.status >= 400 && response.status < 500, said);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/, said);
  const told = JSON.parse(text) as { code: ProblemCode; type: string; field?: string };
  assert.ok(PROBLEM_CODES.includes(told.code), said);
  const known = problem(told.code);
  assert.deepEqual([told.type, response.status], [known.type, known.status], said);
  if (field === undefined) return;
  assert.equal(told.code, 'invalid-request', said);
  assert.ok(told.field === field || told.field?.startsWith(`${field}/`), said);
}

async function nothingChanged(run: () => Promise<void>): Promise<void> {
  const before = shop.stock.engine.health().position;
  await run();
  assert.equal(shop.stock.engine.health().position, before, 'a refused request was journaled');
}

describe('bad bodies', () => {
  for (const route of ROUTES) {
    const bad = [...wrongFields(route), ...wrongBodies(route)];
    test(`${bad.length} for ${route.method} ${route.path}`, () =>
      nothingChanged(async () => {
        for (const request of bad) await refuse(request);
      }));
  }
});

const IDS = ['%00', 'a%20b', 'a%2Fb', '%C3%A9', '%ED%A0%80', '!two', 'a,b', '%0A', 'x'.repeat(129)];

const QUERIES: Record<string, string[]> = {
  '/v1/pools': ['limit=0', 'limit=1001', 'limit=-1', 'limit=1e1', 'limit=', 'limit=1&limit=2'],
  '/v1/pools?': ['prefix=', `prefix=${'x'.repeat(129)}`, 'after=tea', '__proto__=1', 'cursor[]=a'],
  '/v1/pools/tea': [
    'at=',
    'at=now',
    'at=1763631000',
    'at=2026-02-30T00:00:00Z',
    'at=%00',
    'When=1',
  ],
  '/v1/availability': ['', 'pools=', 'pools=,', 'pools=a%20b', 'pools=a&pools=b', 'pool=tea'],
  '/v1/reservations': ['status=SOLD', 'status=held', 'limit=0', 'limit=201', 'limit=NaN', 'buyer='],
  '/v1/reservations?': [
    ...['pool=', 'cursor=a&cursor=b', 'sort=asc', 'constructor=1', 'buyer=%00', 'reference=a%00'],
    ...[`buyer=${'x'.repeat(257)}`, `cursor=${'x'.repeat(65)}`, 'pool=a%00b'],
  ],
  '/v1/orders': ['status=SOLD', 'limit=0', 'limit=201', 'buyer=', 'sort=asc', 'reference=a%00'],
  '/v1/returns': ['status=SOLD', 'limit=0', 'limit=201', 'order=', 'pool=%00', 'sort=asc'],
  '/v1/vouchers/NONE': ['limit=0', 'limit=201', `cursor=${'x'.repeat(65)}`, 'a=1'],
  '/v1/pools/tea/waiters': ['limit=0', 'limit=1001', 'limit=x', 'a=1'],
  '/v1/webhooks/erp/deliveries': ['status=SENT', 'limit=0', 'limit=201', 'a=1'],
  '/v1/journal': ['after=-1', 'after=x', 'after=9007199254740993', 'limit=0', 'limit=1001', 'a=1'],
  '/v1/events': [
    'after=-1',
    'after=x',
    'pool=',
    'pool=a%20b',
    'pool=%00',
    'pools=tea',
    'toString=',
  ],
};

test('bad ids, queries and headers', () =>
  nothingChanged(async () => {
    for (const id of IDS) {
      await refuse({ method: 'PUT', path: `/v1/pools/${id}`, body: '{}' });
      await refuse({ method: 'GET', path: `/v1/pools/${id}` });
      await refuse({ method: 'GET', path: `/v1/limits/${id}` });
      await refuse({ method: 'GET', path: `/v1/reservations/${id}` });
      await refuse({ method: 'POST', path: `/v1/reservations/${id}/cancel`, body: '{}' });
      await refuse({ method: 'POST', path: `/v1/pools/${id}/receive`, body: '{"quantity":1}' });
    }
    for (const [path, queries] of Object.entries(QUERIES)) {
      for (const query of queries) {
        await refuse({ method: 'GET', path: `${path.replace('?', '')}?${query}` });
      }
    }
    const tags = ['1', '"1', 'W/', '"1", "2"', '"\u00e9"'];
    for (const tag of tags) {
      const headers = { ...JSON_TYPE, 'if-match': tag };
      await refuse({
        method: 'PUT',
        path: '/v1/pools/tea',
        body: '{}',
        headers,
        field: 'If-Match',
      });
    }
    for (const key of ['""', '"open', 'a b', 'caf\u00e9', 'x'.repeat(257)]) {
      const headers = { ...JSON_TYPE, 'idempotency-key': key };
      const path = '/v1/reservations/batch';
      await refuse({ method: 'POST', path, body: '{}', headers, field: 'Idempotency-Key' });
    }
    for (const id of ['abc', '-1', '1.5', '99999999999999999999']) {
      const headers = { 'last-event-id': id };
      await refuse({ method: 'GET', path: '/v1/events', headers, field: 'Last-Event-ID' });
    }
    for (const type of ['text/plain', 'application/json5', 'multipart/form-data', 'x', 'json/*']) {
      const headers = { 'content-type': type };
      await refuse({
        method: 'POST',
        path: '/v1/reservations/batch',
        body: '{"items":[]}',
        headers,
      });
    }
  }));

const OPS = ['reservations', 'confirm', 'extend', 'change', 'return'];

test('all of it in batches: the good ones between the bad ones are carried out', async () => {
  const [available, before] = await shop.balances('tea');
  const bad = ROUTES.filter(({ path }) => OPS.includes(path.split('/').at(-1)!)).flatMap(
    (route) => {
      const op = route.path.split('/').at(-1)!;
      const verb = op === 'reservations' ? [] : [`"op":"${op}","reservation":"${held}"`];
      return wrongFields(route)
        .map(({ body }) => String(body))
        .filter((body) => body.length < 4_000)
        .map((body) => (verb.length === 0 ? body : `{${verb},${body.slice(1)}`));
    },
  );
  const good = bodyWith([], 'lines', '[{"pool":"tea","quantity":1}]');
  let accepted = 0;
  for (let start = 0; start < bad.length; start += 100) {
    const items = bad.slice(start, start + 100).flatMap((item) => [item, good]);
    const response = await fetch(`${shop.url}/v1/reservations/batch`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: `{"items":[${items.join(',')}]}`,
    });
    assert.equal(response.status, 200);
    const { results } = (await response.json()) as {
      results: { status: number; problem?: Told }[];
    };
    results.forEach(({ status, problem: told }, index) => {
      const shown = `${items[index]!.slice(0, 200)} -> ${JSON.stringify(told)}`;
      if (index % 2 === 1) assert.equal(status, 201, shown);
      else assert.deepEqual([status, told?.code], [400, 'invalid-request'], shown);
      if (status === 201) accepted += 1;
    });
  }
  sent += bad.length;
  assert.equal(accepted, bad.length);
  assert.deepEqual(await shop.balances('tea'), [available - accepted, before + accepted, 0]);
});

interface Told {
  code: string;
}

test('afterwards there are as many units as before, and the server is well', async (t) => {
  for (const id of ['tea', 'tea-2']) {
    const pool = (await shop.get(`/v1/pools/${id}`)).body;
    const accounts = Object.entries(pool).filter(([name]) => name !== 'version');
    const units = accounts.map(([, value]) => value).filter((value) => typeof value === 'number');
    assert.equal(
      units.reduce((sum, each) => sum + each, 0),
      0,
      id,
    );
  }
  const reservation = (await shop.get(`/v1/reservations/${held}`)).body;
  assert.deepEqual([reservation.status, reservation.version], ['HELD', 1]);
  assert.equal((await shop.get('/readyz')).body.status, 'ready');
  t.diagnostic(`${sent} bad requests`);
  assert.ok(sent >= 300, `${sent} bad requests`);
});
