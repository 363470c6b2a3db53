// The journal over HTTP: everything, in order, and enough to recompute every balance.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 20);
  const { id } = await shop.hold('tea', 3, { buyer: 'ada' });
  await shop.post(`/v1/reservations/${id}/confirm`);
  await shop.hold('tea', 2, { holdFor: '1m' });
  shop.time.passMs(60_000);
  await shop.stock.sweep();
});
after(() => shop.close());

test('entries come in order and without a gap, whatever the page', async () => {
  const all = (await shop.get('/v1/journal')).body.entries;
  assert.deepEqual(
    all.map(({ position }: { position: number }) => position),
    [1, 2, 3, 4, 5, 6],
  );
  const types = all.map(({ events }: { events: { type: string }[] }) => events[0]!.type);
  assert.deepEqual(types, [
    'pool.created',
    'stock.received',
    'reservation.held',
    'reservation.confirmed',
    'reservation.held',
    'reservation.expired',
  ]);
  const paged: unknown[] = [];
  for (let next = 0; ; ) {
    const page = (await shop.get(`/v1/journal?after=${next}&limit=4`)).body;
    paged.push(...page.entries);
    if (page.entries.length === 0) {
      assert.equal(page.next, next);
      break;
    }
    next = page.next;
  }
  assert.deepEqual(paged, all);
});

test('summing the moves gives the balances', async () => {
  const { entries } = (await shop.get('/v1/journal')).body;
  const balances: Record<string, number> = {};
  for (const { moves } of entries) {
    for (const { from, to, quantity } of moves) {
      balances[from] = (balances[from] ?? 0) - quantity;
      balances[to] = (balances[to] ?? 0) + quantity;
    }
  }
  const pool = (await shop.get('/v1/pools/tea')).body;
  for (const name of ['available', 'held', 'sold', 'supply']) {
    assert.equal(balances[`tea/${name}`] ?? 0, pool[name], name);
  }
});

test('an entry tells who asked, and what the server did by itself', async () => {
  const { entries } = (await shop.get('/v1/journal?after=4')).body;
  assert.equal(entries[0].principal, 'local');
  assert.equal(entries[1].principal, undefined);
  assert.equal(entries[1].reservations[0].status, 'EXPIRED');
});

test('a page of the journal ends at a size too', async () => {
  await shop.post('/v1/pools/tea/receive', { quantity: 100_000 });
  const lines = Array.from({ length: 5_000 }, () => ({ pool: 'tea', quantity: 1 }));
  for (let index = 0; index < 12; index += 1) await shop.post('/v1/reservations', { lines });
  const first = (await shop.get('/v1/journal?after=6&limit=1000')).body;
  assert.equal(first.entries.length, 13);
  assert.equal(first.next, 19);
});

test('wrong places are refused', async () => {
  for (const query of ['after=-1', 'after=x', 'after=1e3', 'limit=0', 'limit=1001', 'from=3']) {
    problemOf(await shop.get(`/v1/journal?${query}`), 400, 'invalid-request');
  }
  const beyond = (await shop.get('/v1/journal?after=999999')).body;
  assert.deepEqual(beyond, { entries: [], next: 999_999 });
});
