// Batches: every item for itself, whatever its neighbours are.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { HoldfastError } from '../../src/errors.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 10);
});
afterEach(() => shop.close());

const one = { lines: [{ pool: 'tea', quantity: 1 }] };
const line = '{"pool":"tea","quantity":1}';
const send = (items: unknown, headers: Record<string, string> = {}) =>
  shop.post('/v1/reservations/batch', { items }, headers);
const statuses = ({ body }: Reply) => body.results.map(({ status }: Result) => status);

interface Result {
  status: number;
  key: string;
  replayed?: true;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  reservation?: any;
  problem?: { code: string; field?: string; status: number };
}

test('items are answered in their order, each with its own key, status and reservation', async () => {
  const held = await shop.hold('tea', 2);
  const reply = await send([
    { ...one, key: 'a', buyer: 'ada', holdFor: '5m', metadata: { gift: true } },
    { op: 'reserve', lines: [{ pool: 'tea', quantity: 99 }], key: 'b' },
    { op: 'confirm', reservation: held.id },
    { lines: [{ pool: 'nowhere', quantity: 1 }] },
  ]);
  assert.equal(reply.status, 200);
  assert.deepEqual(statuses(reply), [201, 409, 200, 404]);
  const [first, second, third, fourth]: Result[] = reply.body.results;
  assert.deepEqual([first!.key, second!.key], ['a', 'b']);
  const made = reply.headers.get('idempotency-key');
  assert.deepEqual([third!.key, fourth!.key], [`${made}#2`, `${made}#3`]);
  const alone = (await shop.get(`/v1/reservations/${first!.reservation.id}`)).body;
  assert.deepEqual(first!.reservation, alone);
  assert.equal(second!.problem!.code, 'insufficient-stock');
  assert.equal(third!.reservation.status, 'CONFIRMED');
  assert.deepEqual(await shop.balances('tea'), [7, 1, 2]);
});

test('every verb may stand in a batch', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) ids.push((await shop.hold('tea', 2)).id);
  await shop.post(`/v1/reservations/${ids[4]}/confirm`);
  const reply = await send([
    { op: 'confirm', reservation: ids[0], lines: [{ pool: 'tea', quantity: 1 }] },
    { op: 'cancel', reservation: ids[1] },
    { op: 'extend', reservation: ids[2], holdFor: 'PT30M' },
    { op: 'change', reservation: ids[3], lines: [{ pool: 'tea', quantity: 1 }] },
    { op: 'return', reservation: ids[4], lines: [{ pool: 'tea', quantity: 1 }] },
  ]);
  assert.deepEqual(statuses(reply), [200, 200, 200, 200, 200]);
  const shown = reply.body.results.map(({ reservation }: Result) => reservation.status);
  assert.deepEqual(shown, ['CONFIRMED', 'CANCELLED', 'HELD', 'HELD', 'CONFIRMED']);
  assert.deepEqual(await shop.balances('tea'), [5, 3, 2]);
});

/** Items as they are sent, and the field that is named as wrong. */
const WRONG: [item: string, field: string][] = [
  ['null', 'item'],
  ['[]', 'item'],
  ['5', 'item'],
  ['"text"', 'item'],
  ['{}', 'lines'],
  ['{"lines":[]}', 'lines'],
  [`{"lines":[${line}],"key":""}`, 'key'],
  [`{"lines":[${line}],"key":7}`, 'key'],
  [`{"lines":[${line}],"key":"caf\u00e9"}`, 'key'],
  [`{"lines":[${line}],"key":"${'x'.repeat(257)}"}`, 'key'],
  [`{"lines":[${line}],"op":"buy"}`, 'op'],
  [`{"lines":[${line}],"op":"toString"}`, 'op'],
  [`{"lines":[${line}],"op":"__proto__"}`, 'op'],
  [`{"lines":[${line}],"op":null}`, 'op'],
  [`{"lines":[${line}],"reservation":"x"}`, 'reservation'],
  [`{"lines":[${line}],"__proto__":{"buyer":"eve"}}`, '__proto__'],
  [`{"lines":[${line}],"metadata":{"__proto__":{"a":1}}}`, 'metadata'],
  [`{"lines":[${line}],"metadata":{"a":[{"constructor":{"prototype":{}}}]}}`, 'metadata'],
  [`{"lines":[${line}],"holdFor":"soon"}`, 'holdFor'],
  [`{"lines":[{"pool":"tea","quantity":1e999}]}`, 'lines/0/quantity'],
  [`{"lines":[{"pool":"tea","quantity":9007199254740993}]}`, 'lines/0/quantity'],
  [`{"lines":[{"pool":"\\u0000","quantity":1}]}`, 'lines/0/pool'],
  [`{"lines":[${line}],"buyer":"\\ud800"}`, 'buyer'],
  [`{"lines":[${line}],"metadata":${'{"a":'.repeat(90_000)}1${'}'.repeat(90_000)}}`, 'metadata'],
  ['{"op":"confirm"}', 'reservation'],
  ['{"op":"confirm","reservation":5}', 'reservation'],
  ['{"op":"cancel","reservation":"x","lines":[]}', 'lines'],
  ['{"op":"extend","reservation":"x"}', 'holdFor'],
  ['{"op":"extend","reservation":"x","holdFor":"PT0S"}', 'holdFor'],
];

test(`${WRONG.length} wrong items are refused with their field; those between them are held`, async () => {
  await shop.post('/v1/pools/tea/receive', { quantity: 100 });
  const good = `{"lines":[${line}]}`;
  const items = WRONG.flatMap(([item]) => [item, good]);
  const response = await fetch(`${shop.url}/v1/reservations/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"items":[${items.join(',')}]}`,
  });
  const { results } = (await response.json()) as { results: Result[] };
  assert.equal(response.status, 200);
  WRONG.forEach(([item, field], index) => {
    const [wrong, right] = results.slice(index * 2);
    const said = [wrong!.status, wrong!.problem!.code, wrong!.problem!.field];
    assert.deepEqual(said, [400, 'invalid-request', field], item.slice(0, 100));
    assert.equal(right!.status, 201);
  });
  const count = WRONG.length;
  assert.deepEqual(await shop.balances('tea'), [110 - count, count, 0]);
});

test('a batch that is none is refused as a whole', async () => {
  const wrong: [body: unknown, field: string][] = [
    [{}, 'items'],
    [{ items: {} }, 'items'],
    [{ items: [] }, 'items'],
    [{ items: Array.from({ length: 1_001 }, () => one) }, 'items'],
    [{ items: [one], atomic: true }, 'atomic'],
    [[one], 'body'],
  ];
  for (const [body, field] of wrong) {
    const refused = await shop.post('/v1/reservations/batch', body);
    assert.equal(problemOf(refused, 400, 'invalid-request').field, field);
  }
  assert.deepEqual(await shop.balances('tea'), [10, 0, 0]);
});

test('a thousand items: the last units once each, the rest are refused', async () => {
  const reply = await send(Array.from({ length: 1_000 }, () => one));
  const count = (status: number) => statuses(reply).filter((it: number) => it === status).length;
  assert.deepEqual([count(201), count(409)], [10, 990]);
  assert.deepEqual(await shop.balances('tea'), [0, 10, 0]);
});

test('the retry of a success on the last unit is a success, alone or in a batch', async () => {
  const all = { lines: [{ pool: 'tea', quantity: 10 }] };
  const [first]: Result[] = (await send([{ ...all, key: 'last' }])).body.results;
  const again = await send([{ ...all, key: 'last' }, one]);
  assert.deepEqual(again.body.results[0], { ...first!, replayed: true });
  assert.equal(again.body.results[1].problem.code, 'insufficient-stock');
  const alone = await shop.post('/v1/reservations', all, { 'idempotency-key': 'last' });
  assert.deepEqual([alone.status, alone.body], [201, first!.reservation]);
  const other = await send([{ ...one, key: 'last' }]);
  assert.equal(other.body.results[0].problem.code, 'key-reused');
});

test('one key a hundred times in one batch, and in a hundred batches: one effect', async () => {
  const item = { ...one, key: 'same' };
  const replies = await Promise.all([
    send(Array.from({ length: 100 }, () => item)),
    ...Array.from({ length: 100 }, () => send([item])),
    ...Array.from({ length: 100 }, () =>
      shop.post('/v1/reservations', one, { 'idempotency-key': 'same' }),
    ),
  ]);
  const ids = replies.flatMap(({ body }) =>
    body.results ? body.results.map((it: Result) => it.reservation.id) : [body.id],
  );
  assert.deepEqual([ids.length, new Set(ids).size], [300, 1]);
  assert.deepEqual(await shop.balances('tea'), [9, 1, 0]);
});

test('a batch sent again under its key repeats each item, keys of their own or not', async () => {
  const key = { 'idempotency-key': 'whole' };
  const items = [one, { ...one, key: 'own' }, { lines: [{ pool: 'tea', quantity: 50 }] }];
  const first = await send(items, key);
  const again = await send(items, key);
  assert.deepEqual(statuses(again), [201, 201, 409]);
  const ids = ({ body }: Reply) => body.results.map((it: Result) => it.reservation?.id);
  assert.deepEqual(ids(again), ids(first));
  assert.deepEqual(await shop.balances('tea'), [8, 2, 0]);
});

test('a store that fails is told item by item, with the key to try again under', async () => {
  const { engine } = shop.stock;
  const { commit } = engine;
  engine.commit = async () => {
    throw new HoldfastError('unavailable');
  };
  const failed = await send([one, {}]);
  engine.commit = commit;
  assert.deepEqual(statuses(failed), [503, 400]);
  const { key } = failed.body.results[0];
  assert.equal((await send([{ ...one, key }])).body.results[0].status, 201);
});
