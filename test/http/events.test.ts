// The live feed over a real connection: filtered, resumed after a cut, and never a burden. What it
// tells and when is tested with a clock that stands still, in test/events.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { EventReader, type Message } from './event-reader.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open({ events: { heartbeatMs: 20, windowMs: 5, stallMs: 1_000 } });
  await shop.fill('tea', 1_000);
  await shop.fill('cup', 1_000);
});
afterEach(() => shop.close());

/** Reads until a message tells of a position. */
async function until(reader: EventReader, position: number): Promise<Message> {
  for (;;) {
    const [message] = await reader.take(1);
    if (message!.id! >= position) return message!;
  }
}

test('it starts with a snapshot, and tells pools and reservations as their addresses do', async () => {
  const reader = await EventReader.open(`${shop.url}/v1/events?pool=tea`);
  assert.match(reader.response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(reader.response.headers.get('x-content-type-options'), 'nosniff');
  const [snapshot] = await reader.take(1);
  assert.deepEqual([snapshot!.event, snapshot!.id], ['snapshot', 4]);
  const tea = (await shop.get('/v1/pools/tea')).body;
  assert.deepEqual(snapshot!.data.pools, [tea]);
  const held = await shop.hold('tea', 2);
  const update = await until(reader, 5);
  assert.deepEqual([update.event, update.data.reservations], [undefined, [held]]);
  assert.deepEqual(update.data.pools, [(await shop.get('/v1/pools/tea')).body]);
  assert.deepEqual(update.data.omitted, { pools: 0, reservations: 0 });
  reader.cut();
});

test('other pools are left out; a heartbeat moves the place to resume at past them', async () => {
  const reader = await EventReader.open(`${shop.url}/v1/events?pool=cup`);
  await reader.take(1);
  await shop.hold('tea', 1);
  while (reader.lastId < 5) {
    const message = await reader.next();
    assert.equal(message!.data, undefined);
  }
  await shop.hold('cup', 1);
  const [update] = await reader.take(1);
  assert.deepEqual([update!.id, update!.data.pools.length], [6, 1]);
  reader.cut();
});

test('a reader that was cut is told what it missed, as it is now', async () => {
  const first = await EventReader.open(`${shop.url}/v1/events?pool=tea`);
  await first.take(1);
  first.cut();
  const { id } = await shop.hold('tea', 1);
  await shop.post(`/v1/reservations/${id}/confirm`);
  const headers = { 'last-event-id': String(first.lastId) };
  const back = await EventReader.open(`${shop.url}/v1/events?pool=tea`, headers);
  const { event, data } = await until(back, 6);
  assert.equal(event, undefined);
  assert.deepEqual([data.reservations.at(-1).status, data.pools[0].sold], ['CONFIRMED', 1]);
  back.cut();
});

test('a position that this journal has not reached starts anew with a snapshot', async () => {
  const headers = { 'last-event-id': '9999' };
  const reader = await EventReader.open(`${shop.url}/v1/events`, headers);
  const [snapshot] = await reader.take(1);
  assert.deepEqual([snapshot!.event, snapshot!.data.position], ['snapshot', 4]);
  await shop.hold('tea', 1);
  assert.equal((await until(reader, 5)).data.pools[0].id, 'tea');
  reader.cut();
  const wrong = await shop.call('GET', '/v1/events', undefined, { 'last-event-id': 'abc' });
  problemOf(wrong, 400, 'invalid-request');
  for (const query of ['after=-1', 'pool=', 'pool=a%20b', 'pool=%00', 'pools=tea']) {
    problemOf(await shop.get(`/v1/events?${query}`), 400, 'invalid-request');
  }
});

test('a reader that takes nothing is cut, delays nobody, and can come back', async () => {
  const { port } = new URL(shop.url);
  const slow = connect(Number(port), '127.0.0.1');
  // Small windows on this side: the server's bytes have nowhere to go.
  slow.write('GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(slow, 'data');
  slow.pause();
  const quick = await EventReader.open(`${shop.url}/v1/events?pool=tea`);
  const lines = Array.from({ length: 5_000 }, () => ({ pool: 'tea', quantity: 1 }));
  await shop.post('/v1/pools/tea/receive', { quantity: 1_000_000 });
  for (let index = 0; index < 40; index += 1) {
    const position = shop.stock.engine.health().position + 1;
    await shop.post('/v1/reservations', { lines });
    await until(quick, position);
  }
  quick.cut();
  // A socket that nobody reads does not say that it was cut; writing to it does.
  slow.on('error', () => {});
  const probe = setInterval(() => slow.write('\r\n'), 20);
  await new Promise((resolve) => slow.once('close', resolve));
  clearInterval(probe);
  const back = await EventReader.open(`${shop.url}/v1/events`, { 'last-event-id': '44' });
  const { event, data } = await until(back, 45);
  assert.deepEqual([event, data.reservations.length], [undefined, 1]);
  back.cut();
});

test('closing the server ends the streams', async () => {
  const reader = await EventReader.open(`${shop.url}/v1/events`);
  await reader.next();
  const closing = shop.server.close();
  while ((await reader.next()) !== undefined);
  await closing;
});
