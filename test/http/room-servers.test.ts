// Waiting rooms of several servers, and of one that starts again: one line and one count of passes over one Redis,
// and places that outlive whatever is lost.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RedisRooms } from '../../src/admission/waiting-room/redis-rooms.ts';
import { newClient } from '../../src/engines/redis/client.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { ownRedisMissing, type RedisServer, startRedis } from '../support/redis.ts';
import { RoomShop, SECRET } from './room-shop.ts';
import { problemOf } from './served-shop.ts';

/** As long as a keeper that knows nothing lets nobody in. */
const LEARN_MS = 15_000;

test('a server that starts again costs nobody a place, and lets nobody overtake', async (t) => {
  const its = await RoomShop.open();
  t.after(() => its.close());
  await its.arm('spring', 1);
  const buyers = Array.from({ length: 6 }, (_, index) => `buyer-${index}`);
  const places: string[] = [];
  for (const buyer of buyers) places.push((await its.join('spring', buyer)).body.place);
  its.shop.time.passMs(6_000);
  const ahead = async () => {
    const shown = await Promise.all(places.map((place) => its.show('spring', place)));
    return shown.map(({ body }) => body.ahead);
  };
  const line = await ahead();
  await its.openNow('spring');
  const first = line.indexOf(0);
  const reader = await its.watch('spring', places[first]!);
  for (let state = ''; state !== 'ADMITTED'; ) state = (await reader.take(1))[0]!.data.state;

  const server = await its.another();
  t.after(() => server.close());
  its.url = server.url;
  // The last comes back first.
  const last = await its.watch('spring', places[line.indexOf(5)]!);
  assert.deepEqual((await last.take(1))[0]!.data.state, 'WAITING');
  await ahead();
  assert.deepEqual(await ahead(), line);
  its.shop.time.passMs(LEARN_MS / 2);
  assert.deepEqual(await ahead(), line, 'somebody was let in before all had come back');
  its.shop.time.passMs(LEARN_MS / 2);
  const again = await its.watch('spring', places[first]!);
  const told = [];
  for (let state = ''; state !== 'ADMITTED'; ) {
    const { data } = (await again.take(1))[0]!;
    ({ state } = data);
    told.push(data);
  }
  const bought = await its.buy('spring', buyers[first]!, told.at(-1)!.pass);
  assert.equal(bought.status, 202, JSON.stringify(bought.body));
});

test('a server that starts again right after a sale was made lets nobody overtake either', async (t) => {
  const its = await RoomShop.open();
  t.after(() => its.close());
  await its.arm('spring', 1);
  const [ann, bob] = [await its.join('spring', 'ann'), await its.join('spring', 'bob')];
  const second = ann.body.ahead === 1 ? ann : bob;
  await its.openNow('spring');
  its.shop.time.passMs(1_000);
  const server = await its.another();
  t.after(() => server.close());
  its.url = server.url;
  assert.equal((await its.show('spring', second.body.place)).body.state, 'WAITING');
  // There is a turn with each newcomer.
  await its.join('spring', 'cyd');
  assert.equal((await its.show('spring', second.body.place)).body.state, 'WAITING');
});

test('a place stands on a server that has not heard yet that its sale is armed', async (t) => {
  const its = await RoomShop.open();
  t.after(() => its.close());
  const { engine } = its.shop.stock.parts;
  const deaf = new Proxy(engine, {
    get(target, name) {
      if (name === 'follow') return () => () => {};
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const drafted = {
    sale: 'spring',
    items: [{ from: 'kettle', quantity: 1 }],
    room: { multiple: 1 },
  };
  assert.equal((await its.shop.post('/v1/sales', drafted)).status, 201);
  const stock = await Stock.open(deaf, { sweep: false });
  const server = await startServer({ stock, port: 0, admission: { secret: SECRET } });
  t.after(() => server.close());
  assert.equal((await its.shop.post('/v1/sales/spring/arm')).status, 200);
  const { place } = (await its.join('spring', 'ann')).body;
  its.url = server.url;
  const shown = await its.show('spring', place);
  assert.equal(shown.body.state, 'WAITING', JSON.stringify(shown.body));
});

test('a place whose pass was used is over for a server that never knew it', async (t) => {
  const its = await RoomShop.open();
  t.after(() => its.close());
  await its.begin('spring', 2);
  const { place, pass } = (await its.join('spring', 'ann')).body;
  assert.equal((await its.buy('spring', 'ann', pass)).status, 202);
  const server = await its.another();
  t.after(() => server.close());
  its.url = server.url;
  const shown = await its.show('spring', place);
  assert.deepEqual([shown.status, shown.body.reason], [409, 'used']);
  assert.equal((await its.buy('spring', 'ann', pass)).body.code, 'pass-used');
});

describe('two servers over one Redis', { skip: ownRedisMissing() ?? false }, () => {
  let redis: RedisServer;
  let its: RoomShop;
  let second: RunningServer;
  const clients: ReturnType<typeof newClient>[] = [];
  let passedMs = 0;

  const admission = async () => {
    const client = newClient({ url: redis.address, name: 'rooms' });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    const rooms = new RedisRooms({
      send: (...command) => client.sendCommand(command),
      prefix: 'shop',
      aheadMs: () => passedMs,
    });
    return { secret: SECRET, rooms };
  };
  before(async () => {
    redis = await startRedis();
    its = await RoomShop.open(await admission());
    second = await its.another(await admission());
  });
  after(async () => {
    await second?.close();
    await its?.close();
    for (const client of clients) client.destroy();
    await redis?.remove();
  });

  /** The same buyer asks either server. */
  const at = (url: string) => {
    its.url = url;
    return its;
  };
  const pass = (ms: number) => {
    passedMs += ms;
    its.shop.time.passMs(ms);
  };

  test('they have one line and one count of passes', async () => {
    await its.begin('spring', 2);
    const states: string[] = [];
    const ahead: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      const url = index % 2 === 0 ? its.shop.url : second.url;
      const { body } = await at(url).join('spring', `buyer-${index}`);
      states.push(body.state);
      ahead.push(body.ahead);
    }
    assert.deepEqual(states.slice(0, 3), ['ADMITTED', 'ADMITTED', 'WAITING']);
    assert.deepEqual(ahead, [0, 0, 0, 1, 2, 3]);
    const one = (await at(its.shop.url).join('spring', 'buyer-5')).body;
    const other = (await at(second.url).join('spring', 'buyer-5')).body;
    assert.deepEqual([one.ahead, other.ahead, one.place === other.place], [3, 3, true]);
  });

  test('who watches one gets the pass that the other made room for', async () => {
    await its.begin('summer', 1);
    const ann = (await at(its.shop.url).join('summer', 'ann')).body;
    const bob = (await at(second.url).join('summer', 'bob')).body;
    const reader = await at(second.url).watch('summer', bob.place);
    assert.equal((await reader.take(1))[0]!.data.state, 'WAITING');
    const bought = await at(its.shop.url).buy('summer', 'ann', ann.pass);
    assert.equal(bought.status, 202);
    await its.shop.post(`/v1/orders/${bought.body.orderId}/cancel`, {});
    const [admitted] = await reader.take(1);
    assert.equal(admitted!.data.state, 'ADMITTED');
    const own = await at(its.shop.url).buy('summer', 'bob', admitted!.data.pass);
    assert.equal(own.status, 202, JSON.stringify(own.body));
  });

  test('a Redis that has lost everything costs nobody a place', async () => {
    await its.begin('autumn', 1);
    const ann = (await at(its.shop.url).join('autumn', 'ann')).body;
    const places: string[] = [];
    for (const buyer of ['bob', 'cyd', 'dan']) {
      places.push((await its.join('autumn', buyer)).body.place);
    }
    assert.equal((await its.leave('autumn', ann.place)).status, 200);
    const reader = await at(its.shop.url).watch('autumn', places[0]!);
    for (let state = ''; state !== 'ADMITTED'; ) state = (await reader.take(1))[0]!.data.state;
    pass(6_000);
    await clients[0]!.sendCommand(['FLUSHALL']);
    const ahead = async () => {
      const shown = [];
      for (const place of places.toReversed()) {
        shown.push((await at(second.url).show('autumn', place)).body);
      }
      return shown.map(({ state, ahead }) => (state === 'WAITING' ? ahead : state)).toReversed();
    };
    await ahead();
    assert.deepEqual(await ahead(), [0, 1, 2]);
    pass(LEARN_MS);
    await ahead();
    const back = await at(second.url).watch('autumn', places[0]!);
    for (let state = ''; state !== 'ADMITTED'; ) state = (await back.take(1))[0]!.data.state;
    assert.deepEqual(await ahead(), ['ADMITTED', 0, 1]);
  });

  test('without Redis nobody is let in, and who has a pass buys', async () => {
    await its.begin('winter', 1);
    const ann = (await at(its.shop.url).join('winter', 'ann')).body;
    await redis.kill();
    problemOf(await its.show('winter', ann.place), 503, 'unavailable');
    problemOf(await its.join('winter', 'bob'), 503, 'unavailable');
    problemOf(await its.buy('winter', 'bob'), 429, 'not-admitted');
    assert.equal((await its.buy('winter', 'ann', ann.pass)).status, 202);
  });
});
