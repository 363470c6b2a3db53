// The live feed over a real connection: complete, filtered, resumed after a cut, and never a burden.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { EventReader } from './event-reader.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open({ events: { heartbeatMs: 20, stallMs: 1_000 } });
  await shop.fill('tea', 1_000);
  await shop.fill('cup', 1_000);
});
afterEach(() => shop.close());

const positions = (messages: { id: number | undefined }[]) => messages.map(({ id }) => id);

test('entries arrive as the journal has them', async () => {
  const reader = await EventReader.open(`${shop.url}/v1/events`);
  assert.match(reader.response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(reader.response.headers.get('x-content-type-options'), 'nosniff');
  const held = await shop.hold('tea', 2);
  await shop.post(`/v1/reservations/${held.id}/confirm`);
  const messages = await reader.take(2);
  const { entries } = (await shop.get('/v1/journal?after=4')).body;
  assert.deepEqual(
    messages.map(({ data }) => data),
    entries,
  );
  assert.deepEqual(positions(messages), [5, 6]);
  assert.deepEqual(messages[0]!.data.reservations[0], held);
  reader.cut();
});

test('a reader may start anywhere, and leave out pools', async () => {
  await shop.hold('tea', 1);
  await shop.hold('cup', 1);
  const all = await EventReader.open(`${shop.url}/v1/events?after=0`);
  assert.deepEqual(positions(await all.take(6)), [1, 2, 3, 4, 5, 6]);
  const cups = await EventReader.open(`${shop.url}/v1/events?after=0&pool=cup`);
  assert.deepEqual(positions(await cups.take(3)), [3, 4, 6]);
  const both = await EventReader.open(`${shop.url}/v1/events?after=4&pool=cup&pool=tea`);
  assert.deepEqual(positions(await both.take(2)), [5, 6]);
  for (const reader of [all, cups, both]) reader.cut();
});

test('an extension belongs to the pools of its cart, though no unit moves', async () => {
  const { id } = await shop.hold('cup', 1);
  const reader = await EventReader.open(`${shop.url}/v1/events?pool=cup`);
  await shop.post(`/v1/reservations/${id}/extend`, { holdFor: '30m' });
  const [message] = await reader.take(1);
  assert.equal(message!.data.events[0].type, 'reservation.extended');
  reader.cut();
});

test('a heartbeat moves the place to resume at past what the filter left out', async () => {
  const reader = await EventReader.open(`${shop.url}/v1/events?after=0&pool=cup`);
  await reader.take(2);
  await shop.hold('tea', 1);
  while (reader.lastId < 5) await reader.next();
  assert.equal(reader.lastId, 5);
  reader.cut();
});

test('cut a hundred times while buyers buy, a reader loses nothing and sees nothing twice', async () => {
  const [from, count] = [4, 400];
  const buying = (async () => {
    for (let bought = 0; bought < count; bought += 20) {
      await Promise.all(Array.from({ length: 20 }, () => shop.hold('tea', 1)));
    }
  })();
  const seen: number[] = [];
  let lastId = from;
  while (seen.length < count) {
    const headers = { 'last-event-id': String(lastId) };
    const reader = await EventReader.open(`${shop.url}/v1/events`, headers);
    // Cut in the middle of whatever is on its way.
    const some = await reader.take(Math.min(4, count - seen.length));
    seen.push(...some.map(({ id }) => id!));
    lastId = seen.at(-1)!;
    reader.cut();
  }
  await buying;
  assert.deepEqual(
    seen,
    Array.from({ length: count }, (_, index) => from + 1 + index),
  );
});

test('a position that this journal has not reached starts anew and says so', async () => {
  const headers = { 'last-event-id': '9999' };
  const reader = await EventReader.open(`${shop.url}/v1/events`, headers);
  const [reset] = await reader.take(1);
  assert.deepEqual([reset!.event, reset!.data.position], ['reset', 4]);
  await shop.hold('tea', 1);
  assert.deepEqual(positions(await reader.take(1)), [5]);
  reader.cut();
  const wrong = await shop.call('GET', '/v1/events', undefined, { 'last-event-id': 'abc' });
  problemOf(wrong, 400, 'invalid-request');
  problemOf(await shop.get('/v1/events?after=-1'), 400, 'invalid-request');
  problemOf(await shop.get('/v1/events?pool='), 400, 'invalid-request');
});

test('a reader that takes nothing is cut, delays nobody, and can come back', async () => {
  const { port } = new URL(shop.url);
  const slow = connect(Number(port), '127.0.0.1');
  // Small windows on this side: the server's bytes have nowhere to go.
  slow.write('GET /v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(slow, 'data');
  slow.pause();
  const lines = Array.from({ length: 5_000 }, () => ({ pool: 'tea', quantity: 1 }));
  await shop.post('/v1/pools/tea/receive', { quantity: 1_000_000 });
  for (let index = 0; index < 40; index += 1) await shop.post('/v1/reservations', { lines });
  const quick = await EventReader.open(`${shop.url}/v1/events?after=0`);
  assert.deepEqual(positions(await quick.take(45)).at(-1), 45);
  quick.cut();
  // A socket that nobody reads does not say that it was cut; writing to it does.
  slow.on('error', () => {});
  const probe = setInterval(() => slow.write('\r\n'), 20);
  await new Promise((resolve) => slow.once('close', resolve));
  clearInterval(probe);
  const back = await EventReader.open(`${shop.url}/v1/events`, { 'last-event-id': '3' });
  assert.deepEqual(positions(await back.take(42)).at(-1), 45);
  back.cut();
});

test('closing the server ends the streams', async () => {
  const reader = await EventReader.open(`${shop.url}/v1/events`);
  await reader.next();
  const closing = shop.server.close();
  while ((await reader.next()) !== undefined);
  await closing;
});
