// Reservations over HTTP: made, looked at, searched, and every verb, good and bad.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 10);
  await shop.fill('cup', 10);
});
afterEach(() => shop.close());

const UNKNOWN = '01a1f888-cf04-73e4-a464-d9c3307a73e6';

test('a reservation is held with 201, an address, and a deadline', async () => {
  const held = await shop.post('/v1/reservations', {
    lines: [
      { pool: 'tea', quantity: 2 },
      { pool: 'cup', quantity: 30, quantityMin: 1 },
    ],
    buyer: 'ada',
    holdFor: 'PT20M',
    holdCap: '2h',
    reference: 'o-1',
    metadata: { gift: true, tags: ['a'] },
  });
  assert.equal(held.status, 201);
  const { id, status, lines, buyer, reference, metadata, createdAt, expiresAt } = held.body;
  assert.equal(held.headers.get('location'), `/v1/reservations/${id}`);
  assert.deepEqual([status, buyer, reference, metadata.gift], ['HELD', 'ada', 'o-1', true]);
  assert.deepEqual(lines, [
    { pool: 'tea', quantity: 2 },
    { pool: 'cup', quantity: 10, asked: 30 },
  ]);
  assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 20 * 60_000);
  assert.deepEqual((await shop.get(`/v1/reservations/${id}`)).body, held.body);
});

test('all lines are held or none', async () => {
  const lines = [
    { pool: 'tea', quantity: 1 },
    { pool: 'cup', quantity: 11 },
  ];
  const refused = problemOf(
    await shop.post('/v1/reservations', { lines }),
    409,
    'insufficient-stock',
  );
  assert.deepEqual([refused.pool, refused.available, refused.line], ['cup', 10, 1]);
  assert.equal(refused.detail, 'Not enough of this item is left.');
  assert.deepEqual(await shop.balances('tea'), [10, 0, 0]);
  const nowhere = { lines: [{ pool: 'nowhere', quantity: 1 }] };
  problemOf(await shop.post('/v1/reservations', nowhere), 404, 'unknown-pool');
});

test('it is confirmed whole or in part, once', async () => {
  const whole = await shop.hold('tea', 3);
  const confirmed = await shop.post(`/v1/reservations/${whole.id}/confirm`);
  assert.deepEqual([confirmed.status, confirmed.body.status], [200, 'CONFIRMED']);
  assert.equal(confirmed.body.expiresAt, undefined);
  const again = problemOf(
    await shop.post(`/v1/reservations/${whole.id}/confirm`),
    409,
    'already-confirmed',
  );
  assert.equal(again.reservationStatus, 'CONFIRMED');
  const part = await shop.hold('tea', 4);
  const some = await shop.post(`/v1/reservations/${part.id}/confirm`, {
    lines: [{ pool: 'tea', quantity: 1 }],
  });
  assert.deepEqual(some.body.lines, [{ pool: 'tea', quantity: 4, confirmed: 1 }]);
  assert.deepEqual(await shop.balances('tea'), [6, 0, 4]);
  const more = await shop.hold('tea', 1);
  const tooMuch = { lines: [{ pool: 'tea', quantity: 2 }] };
  const refused = await shop.post(`/v1/reservations/${more.id}/confirm`, tooMuch);
  problemOf(refused, 409, 'quantity-exceeds-held');
});

test('an empty JSON body stands for no body', async () => {
  const { id } = await shop.hold('tea', 1);
  const response = await fetch(`${shop.url}/v1/reservations/${id}/confirm`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '',
  });
  assert.equal(response.status, 200);
});

test('it is cancelled once', async () => {
  const { id } = await shop.hold('tea', 3);
  assert.equal((await shop.post(`/v1/reservations/${id}/cancel`)).body.status, 'CANCELLED');
  problemOf(await shop.post(`/v1/reservations/${id}/cancel`, {}), 409, 'already-cancelled');
  problemOf(await shop.post(`/v1/reservations/${id}/confirm`, {}), 409, 'already-cancelled');
  assert.deepEqual(await shop.balances('tea'), [10, 0, 0]);
});

test('it is extended up to its cap', async () => {
  const { id, expiresAt } = await shop.hold('tea', 1, { holdFor: '10m', holdCap: '20m' });
  const path = `/v1/reservations/${id}/extend`;
  const extended = (await shop.post(path, { holdFor: 'PT15M' })).body;
  assert.equal(Date.parse(extended.expiresAt) - Date.parse(expiresAt), 5 * 60_000);
  const capped = (await shop.post(path, { holdFor: '1h' })).body;
  assert.equal(Date.parse(capped.expiresAt) - Date.parse(expiresAt), 10 * 60_000);
  const refused = problemOf(await shop.post(path, { holdFor: '1h' }), 409, 'extension-cap');
  assert.equal(refused.capAt, capped.expiresAt);
  for (const holdFor of ['1 hour', 'P1M', '', '-5m', 'PT', '1.5h']) {
    const wrong = problemOf(await shop.post(path, { holdFor }), 400, 'invalid-request');
    assert.equal(wrong.field, 'holdFor');
  }
  const nothing = problemOf(await shop.post(path, { holdFor: 'PT0S' }), 400, 'invalid-request');
  assert.match(nothing.expected, /more than nothing, up to 60d/);
});

test('the cart is changed in one step', async () => {
  const { id } = await shop.hold('tea', 4);
  const lines = [
    { pool: 'tea', quantity: 1 },
    { pool: 'cup', quantity: 2 },
  ];
  const changed = await shop.post(`/v1/reservations/${id}/change`, { lines });
  assert.deepEqual(changed.body.lines, lines);
  assert.deepEqual(await shop.balances('tea'), [9, 1, 0]);
  const tooMuch = { lines: [{ pool: 'cup', quantity: 11 }] };
  problemOf(await shop.post(`/v1/reservations/${id}/change`, tooMuch), 409, 'insufficient-stock');
  assert.deepEqual(await shop.balances('cup'), [8, 2, 0]);
});

test('sold units are returned, as many as were sold', async () => {
  const { id } = await shop.hold('tea', 3);
  const two = { lines: [{ pool: 'tea', quantity: 2 }] };
  problemOf(await shop.post(`/v1/reservations/${id}/return`, two), 409, 'not-confirmed');
  await shop.post(`/v1/reservations/${id}/confirm`);
  const returned = await shop.post(`/v1/reservations/${id}/return`, two);
  assert.equal(returned.body.lines[0].returned, 2);
  problemOf(await shop.post(`/v1/reservations/${id}/return`, two), 409, 'quantity-exceeds-sold');
  assert.deepEqual(await shop.balances('tea'), [9, 0, 1]);
});

test('at its deadline it is expired, and its units are free', async () => {
  const { id } = await shop.hold('tea', 10, { holdFor: '90s' });
  shop.time.passMs(90_000);
  assert.equal((await shop.get(`/v1/reservations/${id}`)).body.status, 'EXPIRED');
  await shop.hold('tea', 10);
  problemOf(await shop.post(`/v1/reservations/${id}/confirm`), 409, 'already-expired');
});

test('what nobody reserved is unknown', async () => {
  problemOf(await shop.get(`/v1/reservations/${UNKNOWN}`), 404, 'unknown-reservation');
  problemOf(await shop.get('/v1/reservations/pool:tea'), 404, 'unknown-reservation');
  const lines = [{ pool: 'tea', quantity: 1 }];
  const bodies = { confirm: {}, cancel: {}, extend: { holdFor: '1m' }, change: { lines } };
  for (const [verb, body] of Object.entries({ ...bodies, return: { lines } })) {
    const refused = await shop.post(`/v1/reservations/${UNKNOWN}/${verb}`, body);
    problemOf(refused, 404, 'unknown-reservation');
  }
});

test('reservations are searched, newest first, page by page', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const buyer = index % 2 === 0 ? 'ada' : 'bob';
    ids.push(
      (await shop.hold(index < 3 ? 'tea' : 'cup', 1, { buyer, reference: `r-${index}` })).id,
    );
  }
  await shop.post(`/v1/reservations/${ids[0]}/cancel`);
  const found = async (query: string) =>
    (await shop.get(`/v1/reservations?${query}`)).body.reservations.map((it: { id: string }) =>
      ids.indexOf(it.id),
    );
  assert.deepEqual(await found(''), [4, 3, 2, 1, 0]);
  assert.deepEqual(await found('buyer=ada'), [4, 2, 0]);
  assert.deepEqual(await found('status=CANCELLED'), [0]);
  assert.deepEqual(await found('pool=cup'), [4, 3]);
  assert.deepEqual(await found('reference=r-1'), [1]);
  assert.deepEqual(await found('buyer=ada&status=HELD&pool=tea'), [2]);
  const first = (await shop.get('/v1/reservations?limit=2')).body;
  assert.equal(first.next, ids[3]);
  assert.deepEqual(await found(`limit=2&cursor=${first.next}`), [2, 1]);
  for (const query of ['status=SOLD', 'limit=0', 'limit=201', 'buyer=', 'sort=asc']) {
    problemOf(await shop.get(`/v1/reservations?${query}`), 400, 'invalid-request');
  }
});

test('a list shows what is due as expired, and the filter agrees, swept or not', async () => {
  const { id: short } = await shop.hold('tea', 1, { holdFor: '1m' });
  const { id: long } = await shop.hold('tea', 1, { holdFor: '1h' });
  shop.time.passMs(60_000);
  const lists = async () => {
    const found: Record<string, string[]> = {};
    for (const status of ['HELD', 'EXPIRED']) {
      const { reservations, at } = (await shop.get(`/v1/reservations?status=${status}`)).body;
      assert.equal(at, new Date(shop.time.wallMs()).toISOString());
      found[status] = reservations.map((it: { id: string }) => it.id);
      for (const shown of reservations) assert.equal(shown.status, status);
    }
    return found;
  };
  assert.deepEqual(await lists(), { HELD: [long], EXPIRED: [short] });
  await shop.stock.sweep();
  assert.deepEqual(await lists(), { HELD: [long], EXPIRED: [short] });
});

test('pages stand still while others are made, and end', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) ids.unshift((await shop.hold('tea', 1)).id);
  const seen: string[] = [];
  for (let path = '/v1/reservations?limit=2&pool=tea'; ; ) {
    const { reservations, next } = (await shop.get(path)).body;
    seen.push(...reservations.map((it: { id: string }) => it.id));
    if (next === undefined) break;
    await shop.hold('tea', 1);
    path = `/v1/reservations?limit=2&pool=tea&cursor=${next}`;
  }
  assert.deepEqual(seen, ids);
});

test('a cart of 5,000 lines is one reservation, one of 5,001 is refused', async () => {
  const cart = (length: number) => ({
    lines: Array.from({ length }, () => ({ pool: 'tea', quantity: 1 })),
  });
  await shop.post('/v1/pools/tea/receive', { quantity: 5_000 });
  const held = await shop.post('/v1/reservations', cart(5_000));
  assert.deepEqual([held.status, held.body.lines.length], [201, 5_000]);
  const refused = problemOf(
    await shop.post('/v1/reservations', cart(5_001)),
    400,
    'invalid-request',
  );
  assert.equal(refused.field, 'lines');
});
