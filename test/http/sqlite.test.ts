// The server over the durable engine: the rush, the feed and a restart, as over memory.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { openEngine } from '../../src/engines/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { EventReader } from './event-reader.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let folder: string;
let shop: ServedShop;
const onDisk = (time: ManualTime) => openEngine(`sqlite:${join(folder, 'shop.db')}`, { time });
beforeEach(async () => {
  folder = temporaryFolder('http');
  shop = await ServedShop.open({}, onDisk);
});
afterEach(() => shop.close());

test('500 buyers, the last 100 units, and a watcher who is told of each sale', async () => {
  await shop.fill('sale', 100);
  const reader = await EventReader.open(`${shop.url}/v1/events?pool=sale`);
  await reader.take(1);
  const lines = [{ pool: 'sale', quantity: 1 }];
  const replies = await Promise.all(
    Array.from({ length: 500 }, () => shop.post('/v1/reservations', { lines })),
  );
  const held = replies.filter(({ status }) => status === 201);
  assert.equal(held.length, 100);
  for (const reply of replies) {
    if (reply.status !== 201) problemOf(reply, 409, 'insufficient-stock');
  }
  const seen: string[] = [];
  let available: number | undefined;
  while (reader.lastId < 102) {
    const [message] = await reader.take(1);
    seen.push(...message!.data.reservations.map(({ id }: { id: string }) => id));
    available = message!.data.pools[0].available;
  }
  assert.deepEqual(seen.sort(), held.map(({ body }) => body.id).sort());
  assert.equal(available, 0);
  reader.cut();
});

test('after a restart keys, reservations, balances and the journal are what they were', async () => {
  await shop.fill('tea', 10);
  const key = { 'idempotency-key': 'before' };
  const body = { lines: [{ pool: 'tea', quantity: 4 }], buyer: 'ada' };
  const held = await shop.post('/v1/reservations', body, key);
  await shop.post(`/v1/reservations/${held.body.id}/confirm`);
  const journal = (await shop.get('/v1/journal')).body;
  const past = (await shop.get('/v1/pools/tea?at=2026-11-20T12:00:00Z')).body;
  await shop.close();
  shop = await ServedShop.open({}, onDisk);
  const again = await shop.post('/v1/reservations', body, key);
  assert.deepEqual([again.status, again.body], [201, held.body]);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.deepEqual(await shop.balances('tea'), [6, 0, 4]);
  assert.deepEqual((await shop.get('/v1/journal')).body, journal);
  assert.deepEqual((await shop.get('/v1/pools/tea?at=2026-11-20T12:00:00Z')).body, past);
  const reader = await EventReader.open(`${shop.url}/v1/events`, { 'last-event-id': '2' });
  const [first] = await reader.take(1);
  // Another process has gathered what the reader missed: it starts anew.
  assert.deepEqual([first!.event, first!.id], ['snapshot', 4]);
  reader.cut();
});

test('a last unit that was sold is sold again to the same key, after a restart too', async () => {
  await shop.fill('rare', 2);
  const one = { lines: [{ pool: 'rare', quantity: 1 }] };
  const send = (key: string) => shop.post('/v1/reservations', one, { 'idempotency-key': key });
  const batch = (keys: string[]) =>
    shop.post('/v1/reservations/batch', { items: keys.map((key) => ({ ...one, key })) });
  const alone = await Promise.all(Array.from({ length: 100 }, () => send('alone')));
  const together = await batch(Array.from({ length: 100 }, () => 'together'));
  const idsOf = (replies: Reply[]) => new Set(replies.map(({ status, body }) => status + body.id));
  assert.deepEqual([...idsOf(alone)], [`201${alone[0]!.body.id}`]);
  const [first] = together.body.results;
  const others = new Set(together.body.results.map(idOfResult));
  assert.deepEqual([first.status, [...others]], [201, [first.reservation.id]]);
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual((await send('alone')).body, alone[0]!.body);
    const [again, crossed, late] = (await batch(['together', 'alone', 'late'])).body.results;
    assert.deepEqual(
      [again.status, again.replayed, idOfResult(again)],
      [201, true, idOfResult(first)],
    );
    assert.deepEqual([crossed.replayed, idOfResult(crossed)], [true, alone[0]!.body.id]);
    assert.equal(late.problem.code, 'insufficient-stock');
    assert.deepEqual(await shop.balances('rare'), [0, 2, 0]);
    await shop.close();
    shop = await ServedShop.open({}, onDisk);
  }
});

function idOfResult({ reservation }: { reservation: { id: string } }): string {
  return reservation.id;
}
