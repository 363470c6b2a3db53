// Many buyers at once over HTTP: each unit is sold exactly once, and everyone else is told why not.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open();
});
afterEach(() => shop.close());

function count(replies: readonly Reply[], status: number): number {
  return replies.filter((reply) => reply.status === status).length;
}

test('500 buyers, the last 100 units: 100 reservations and 400 typed refusals', async () => {
  await shop.fill('sale', 100);
  const lines = [{ pool: 'sale', quantity: 1 }];
  const replies = await Promise.all(
    Array.from({ length: 500 }, (_, buyer) =>
      shop.post('/v1/reservations', { lines, buyer: `buyer-${buyer}` }),
    ),
  );
  assert.deepEqual([count(replies, 201), count(replies, 409)], [100, 400]);
  for (const reply of replies) {
    if (reply.status === 409) problemOf(reply, 409, 'insufficient-stock');
  }
  assert.equal(new Set(replies.map(({ body }) => body.id).filter(Boolean)).size, 100);
  assert.deepEqual(await shop.balances('sale'), [0, 100, 0]);
});

test('five left and two buyers of three: one wins', async () => {
  await shop.fill('few', 5);
  const lines = [{ pool: 'few', quantity: 3 }];
  const replies = await Promise.all([1, 2].map(() => shop.post('/v1/reservations', { lines })));
  assert.deepEqual([count(replies, 201), count(replies, 409)], [1, 1]);
  assert.deepEqual(await shop.balances('few'), [2, 3, 0]);
});

test('confirmed and cancelled at once, one of the two happens, and once', async () => {
  await shop.fill('race', 50);
  for (let round = 0; round < 25; round += 1) {
    const { id } = await shop.hold('race', 1);
    const verbs = ['confirm', 'cancel', 'confirm', 'cancel'];
    const replies = await Promise.all(
      verbs.map((verb) => shop.post(`/v1/reservations/${id}/${verb}`)),
    );
    assert.deepEqual([count(replies, 200), count(replies, 409)], [1, 3]);
  }
  const [available, held, sold] = await shop.balances('race');
  assert.deepEqual([available + sold, held], [50, 0]);
});
