// A sale with a waiting room over HTTP: a place, how it moves, a pass, and one order with it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RoomShop, SECRET } from './room-shop.ts';
import { problemOf } from './served-shop.ts';

let its: RoomShop;
before(async () => {
  its = await RoomShop.open();
});
after(() => its.close());

test('a pass comes at once while there are some, and a place in line after that', async () => {
  await its.begin('spring', 2);
  const [ann, bob, cyd, dan] = [
    await its.join('spring', 'ann'),
    await its.join('spring', 'bob'),
    await its.join('spring', 'cyd'),
    await its.join('spring', 'dan'),
  ];
  assert.deepEqual([ann.status, ann.body.state, bob.body.state], [201, 'ADMITTED', 'ADMITTED']);
  assert.equal(ann.body.heartbeatEvery, 'PT10S');
  assert.equal(ann.body.passExpiresAt, new Date(its.shop.time.wallMs() + 300_000).toISOString());
  assert.deepEqual([cyd.body.state, cyd.body.ahead], ['WAITING', 0]);
  assert.deepEqual([dan.body.state, dan.body.ahead, dan.body.pass], ['WAITING', 1, undefined]);
  const again = await its.join('spring', 'dan');
  assert.deepEqual(again.body, dan.body);
  assert.deepEqual((await its.show('spring', dan.body.place)).body, dan.body);
  assert.equal((await its.buy('spring', 'ann', ann.body.pass)).status, 202);
});

test('who came before the opening stands by lot, and watches the pass come', async () => {
  await its.arm('summer', 2);
  const buyers = Array.from({ length: 9 }, (_, index) => `buyer-${index}`);
  const places: string[] = [];
  for (const buyer of buyers) places.push((await its.join('summer', buyer)).body.place);
  const shown = await Promise.all(places.map((place) => its.show('summer', place)));
  const line = shown.map(({ body }) => body.ahead);
  assert.deepEqual(line.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.notDeepEqual(line, line.toSorted(), 'that is the order of arrival');
  const first = await its.watch('summer', places[line.indexOf(0)]!);
  const last = await its.watch('summer', places[line.indexOf(8)]!);
  const [before] = await first.take(1);
  assert.deepEqual([before!.data.state, before!.data.ahead], ['WAITING', 0]);
  assert.equal((await last.take(1))[0]!.data.ahead, 8);
  its.shop.time.passMs(1_000);
  await its.openNow('summer');
  const [admitted] = await first.take(1);
  assert.equal(admitted!.data.state, 'ADMITTED');
  const buyer = buyers[line.indexOf(0)]!;
  assert.equal((await its.buy('summer', buyer, admitted!.data.pass)).status, 202);
  const [moved] = await last.take(1);
  assert.deepEqual(moved!.data, { state: 'WAITING', ahead: 6 });
  // It is looked at again when a sign of life is due.
  its.shop.time.passMs(10_000);
  assert.equal((await first.take(1))[0]!.data.reason, 'used');
  assert.equal(await first.next(), undefined, 'the stream goes on');
});

test('a unit that comes back lets the next one in', async () => {
  await its.begin('autumn', 1);
  const ann = (await its.join('autumn', 'ann')).body;
  const bob = (await its.join('autumn', 'bob')).body;
  const reader = await its.watch('autumn', bob.place);
  assert.equal((await reader.take(1))[0]!.data.state, 'WAITING');
  const bought = await its.buy('autumn', 'ann', ann.pass);
  assert.equal(bought.status, 202);
  assert.equal((await its.show('autumn', bob.place)).body.state, 'WAITING');
  await its.shop.post(`/v1/orders/${bought.body.orderId}/cancel`, {});
  const [admitted] = await reader.take(1);
  assert.equal(admitted!.data.state, 'ADMITTED');
  assert.equal((await its.buy('autumn', 'bob', admitted!.data.pass)).status, 202);
});

test('passes that are out are never more than the multiple of what is left', async () => {
  await its.begin('winter', 3, { room: { multiple: 2, passFor: '1m' } });
  const buyers = Array.from({ length: 12 }, (_, index) => `buyer-${index}`);
  const joined = await Promise.all(buyers.map((buyer) => its.join('winter', buyer)));
  const admitted = joined.filter(({ body }) => body.state === 'ADMITTED');
  assert.equal(admitted.length, 6);
  const [one, two, three] = admitted.map(({ body }) => body.pass);
  for (const [index, pass] of [one, two].entries()) {
    const buyer = buyers[joined.indexOf(admitted[index]!)]!;
    assert.equal((await its.buy('winter', buyer, pass)).status, 202);
  }
  assert.ok(three);
  // One unit is left, and four passes are out.
  for (const late of ['x', 'y', 'z']) {
    assert.equal((await its.join('winter', late)).body.state, 'WAITING');
  }
});

test('a place that was given up is over, and makes room', async () => {
  await its.begin('easter', 1);
  const ann = (await its.join('easter', 'ann')).body;
  const bob = (await its.join('easter', 'bob')).body;
  assert.equal((await its.leave('easter', ann.place)).status, 200);
  const over = problemOf(await its.show('easter', ann.place), 409, 'place-over');
  assert.equal(over.reason, 'left');
  const reader = await its.watch('easter', bob.place);
  for (let state = ''; state !== 'ADMITTED'; ) state = (await reader.take(1))[0]!.data.state;
});

test('a stream ends with its sale', async () => {
  await its.begin('night', 1);
  await its.join('night', 'ann');
  const { place } = (await its.join('night', 'bob')).body;
  const reader = await its.watch('night', place);
  await reader.take(1);
  assert.equal((await its.shop.post('/v1/sales/night/close')).status, 200);
  for (let message = await reader.next(); message !== undefined; ) message = await reader.next();
  problemOf(await its.show('night', place), 409, 'sale-closed');
  problemOf(await its.join('night', 'cyd'), 409, 'sale-closed');
});

test('a place has four streams at most: one more ends the oldest', async () => {
  await its.begin('streams', 1);
  await its.join('streams', 'ann');
  const { place } = (await its.join('streams', 'bob')).body;
  const other = await its.watch('streams', (await its.join('streams', 'cyd')).body.place);
  const readers = [];
  for (let nth = 1; nth <= 5; nth += 1) {
    const reader = await its.watch('streams', place);
    assert.equal((await reader.take(1))[0]!.data.ahead, 0);
    readers.push(reader);
  }
  const [oldest, ...rest] = readers;
  // Its page comes back later than one that lost its connection, and its tabs do not end one another all the time.
  assert.equal((await oldest!.next())?.retryMs, 30_000);
  assert.equal(await oldest!.next(), undefined, 'the oldest goes on');
  await its.shop.post('/v1/sales/streams/close');
  for (const reader of rest) assert.equal((await reader.take(1))[0]!.data.reason, 'sale-closed');
  assert.deepEqual(
    (await other.take(2)).map(({ data }) => data.state),
    ['WAITING', 'OVER'],
  );
});

test('who comes to a room that is full is refused, and who is in it is not', async () => {
  const url = its.url;
  const small = await its.another({ secret: SECRET, roomSizeMax: 2 });
  try {
    await its.begin('small', 1);
    its.url = small.url;
    const ann = await its.join('small', 'ann');
    const bob = await its.join('small', 'bob');
    assert.deepEqual([ann.body.state, bob.body.state], ['ADMITTED', 'WAITING']);
    const full = problemOf(await its.join('small', 'cyd'), 409, 'line-full');
    assert.deepEqual([full.sale, full.sizeMax], ['small', 2]);
    assert.equal((await its.join('small', 'bob')).status, 201);
  } finally {
    its.url = url;
    await small.close();
  }
});

test('a room that makes no sense is refused, and shown as it was laid down', async () => {
  const items = [{ from: 'kettle', quantity: 1 }];
  for (const [room, field] of [
    [{ multiple: 0 }, 'room/multiple'],
    [{ multiple: 1_001 }, 'room/multiple'],
    [{ multiple: 1, passFor: '999ms' }, 'room/passFor'],
    [{ multiple: 1, passFor: 'soon' }, 'room/passFor'],
    [{ multiple: 1, awayAfter: '2h' }, 'room/awayAfter'],
    [{}, 'room/multiple'],
  ] as const) {
    const reply = await its.shop.post('/v1/sales', { sale: 'odd', items, room });
    assert.equal(problemOf(reply, 400, 'invalid-request').field, field);
  }
  const room = { multiple: 3, passFor: 'PT2M', awayAfter: 'PT1M' };
  const drafted = await its.shop.post('/v1/sales', { sale: 'even', items, room });
  assert.deepEqual(drafted.body.room, room);
  assert.deepEqual(Object.keys(drafted.body).slice(0, 2), ['sale', 'status'], 'what it is first');
  assert.deepEqual((await its.shop.get('/v1/sales/even')).body.room, room);
  problemOf(await its.join('even', 'ann'), 409, 'sale-not-armed');
});

test('there is no place where there is no room, no sale or no buyer', async () => {
  const items = [{ from: 'kettle', quantity: 1 }];
  await its.shop.post('/v1/sales', { sale: 'plain', items });
  problemOf(await its.join('plain', 'ann'), 409, 'no-waiting-room');
  problemOf(await its.join('none', 'ann'), 404, 'unknown-sale');
  problemOf(await its.join('spring', ''), 400, 'invalid-request');
  const { place } = (await its.join('spring', 'eve')).body;
  for (const [sale, shown] of [
    ['spring', `${place}x`],
    ['spring', 'nonsense'],
    ['winter', place],
  ]) {
    problemOf(await its.show(sale!, shown!), 404, 'unknown-place');
    problemOf(await its.leave(sale!, shown!), 404, 'unknown-place');
    const watched = await its.shop.get(`/v1/sales/${sale}/places/events?place=${shown}`);
    problemOf(watched, 404, 'unknown-place');
  }
});

test('who is denied gets no place, and loses the one they have to those behind', async () => {
  await its.begin('denied', 1);
  await its.join('denied', 'ann');
  const bob = await its.join('denied', 'bob');
  const cyd = await its.join('denied', 'cyd');
  assert.deepEqual([bob.body.ahead, cyd.body.ahead], [0, 1]);
  assert.equal((await its.shop.put('/v1/deny-list/account/bob', {})).status, 200);
  problemOf(await its.join('denied', 'bob'), 403, 'denied');
  problemOf(await its.show('denied', bob.body.place), 403, 'denied');
  assert.equal((await its.show('denied', cyd.body.place)).body.ahead, 0);
  assert.equal((await its.shop.call('DELETE', '/v1/deny-list/account/bob')).status, 200);
});

test('whoever watches is told that the sale is over', async () => {
  await its.begin('ended', 1);
  await its.join('ended', 'ann');
  const bob = await its.watch('ended', (await its.join('ended', 'bob')).body.place);
  assert.equal((await bob.take(1))[0]!.data.state, 'WAITING');
  assert.equal((await its.shop.post('/v1/sales/ended/close')).status, 200);
  assert.deepEqual((await bob.take(1))[0]!.data, { state: 'OVER', reason: 'sale-closed' });
  assert.equal(await bob.next(), undefined, 'the stream goes on');
});
