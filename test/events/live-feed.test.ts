// The live feed: how things are, at most once per window, to everybody the same bytes; nobody who is
// slow, cut off or late is left with something that is not so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from './manual-ticker.ts';
import { type Told, WatchedShop } from './watched-shop.ts';

const ids = (list: { id: string }[]) => list.map(({ id }) => id);
const kinds = (told: Told[]) => told.map(({ event }) => event);

test('a hot pool that changes a thousand times in a second is told ten times', async () => {
  const { shop, ...watched } = await start({ tea: 10_000 });
  const watcher = await watched.watch(['tea']);
  watcher.take();
  for (let index = 0; index < 1_000; index += 1) {
    await shop.hold('tea', 1);
    await watched.ticker.passMs(1);
  }
  await watched.pass();
  const told = watcher.take();
  assert.ok(told.length >= 10 && told.length <= 11, `${told.length} messages`);
  const last = told.at(-1)!;
  assert.deepEqual([last.pools[0].available, last.pools[0].held], [9_000, 1_000]);
  assert.deepEqual([last.position, last.id], [shop.engine.health().position, last.position]);
  const seen = told.flatMap(({ reservations }) => ids(reservations));
  assert.deepEqual([seen.length, new Set(seen).size], [1_000, 1_000]);
});

test('the first change after a quiet time is told at once', async () => {
  const { shop, ...watched } = await start({ tea: 10 });
  const watcher = await watched.watch(['tea']);
  watcher.take();
  await shop.hold('tea', 1);
  await watched.ticker.passMs(0);
  assert.equal(watcher.take().length, 1);
  await shop.hold('tea', 1);
  await watched.ticker.passMs(99);
  assert.equal(watcher.take().length, 0);
  await watched.ticker.passMs(1);
  assert.equal(watcher.take().length, 1);
  await watched.pass();
  assert.equal(watcher.take().length, 0);
});

test('a reservation that changes within a window is told once, as it is at its end', async () => {
  const { shop, ...watched } = await start({ tea: 10 });
  const watcher = await watched.watch();
  watcher.take();
  const id = await shop.hold('tea', 2);
  await shop.stock.extend({ reservation: id, holdForMs: 120_000 });
  await shop.stock.confirm({ reservation: id });
  await watched.pass();
  const [update] = watcher.take();
  assert.deepEqual(ids(update!.reservations), [id]);
  const { status, version, lines } = update!.reservations[0];
  assert.deepEqual([status, version, lines[0].confirmed], ['CONFIRMED', 3, 2]);
  assert.deepEqual([update!.pools[0].available, update!.pools[0].sold], [8, 2]);
});

test('who watches the same is sent the very same bytes', async () => {
  const { shop, ...watched } = await start({ tea: 10, cup: 10 });
  const same = [await watched.watch(['tea', 'cup']), await watched.watch(['cup', 'tea'])];
  const other = await watched.watch(['tea']);
  await shop.hold('tea', 1);
  await watched.pass();
  const [a, b] = same.map(({ bytes }) => bytes.at(-1));
  assert.equal(a, b);
  assert.notEqual(other.bytes.at(-1), a);
});

test('a reader starts with a snapshot of its pools, and is told of no other', async () => {
  const { shop, ...watched } = await start({ tea: 10, cup: 5, hat: 1 });
  await shop.stock.putLimit({ limit: 'two', per: 'buyer', scope: 'all', quantityMax: 9 });
  const watcher = await watched.watch(['cup', 'nowhere', 'hat']);
  const [first] = watcher.take();
  assert.deepEqual([first!.event, ids(first!.pools)], ['snapshot', ['cup', 'hat']]);
  assert.deepEqual([first!.pools[0].available, first!.reservations], [5, []]);
  await shop.hold('tea', 1, 60_000, 'ada');
  await watched.pass();
  assert.deepEqual(watcher.take(), []);
  assert.equal(watcher.reader.position, shop.engine.health().position);
  await shop.hold('cup', 1, 60_000, 'ada');
  await watched.pass();
  const [update] = watcher.take();
  assert.deepEqual([ids(update!.pools), update!.reservations.length], [['cup'], 1]);
});

test('whoever watches a pool is told that a cart has left it', async () => {
  const { shop, ...watched } = await start({ tea: 10, cup: 5 });
  const id = await shop.hold('tea', 1);
  const watcher = await watched.watch(['tea']);
  watcher.take();
  await shop.stock.change({ reservation: id, lines: [{ pool: 'cup', quantity: 1 }] });
  await shop.stock.extend({ reservation: id, holdForMs: 120_000 });
  await watched.pass();
  const [update] = watcher.take();
  assert.deepEqual([ids(update!.pools), ids(update!.reservations)], [['tea'], [id]]);
  await shop.stock.extend({ reservation: id, holdForMs: 180_000 });
  await watched.pass();
  assert.deepEqual(watcher.take(), []);
});

test('a reader that takes nothing is sent one message, and later all that it missed, once', async () => {
  const { shop, ...watched } = await start({ tea: 100, cup: 100 });
  const slow = await watched.watch();
  const quick = await watched.watch();
  slow.take();
  quick.take();
  slow.full = true;
  const id = await shop.hold('tea', 1);
  await watched.pass();
  for (let index = 0; index < 20; index += 1) {
    await shop.hold(index % 2 === 0 ? 'tea' : 'cup', 1);
    await watched.pass();
  }
  await shop.stock.cancel({ reservation: id });
  await watched.pass();
  assert.deepEqual([slow.take().length, quick.take().length], [1, 22]);
  slow.full = false;
  slow.reader.resume();
  await settled();
  const [missed, ...more] = slow.take();
  assert.deepEqual([missed!.event, missed!.reservations.length, more.length], ['update', 21, 0]);
  assert.equal(missed!.reservations.at(-1).status, 'CANCELLED');
  const balances = missed!.pools.map((pool) => [pool.id, pool.available, pool.held]);
  assert.deepEqual(balances, [
    ['tea', 90, 10],
    ['cup', 90, 10],
  ]);
});

test('one that was away for too long is reset with a snapshot', async () => {
  const { shop, ...watched } = await start({ tea: 100_000 });
  const slow = await watched.watch(['tea']);
  slow.take();
  slow.full = true;
  await shop.hold('tea', 1);
  await watched.pass();
  const lines = [{ pool: 'tea', quantity: 1 }];
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 5_000 }, () => shop.stock.reserve({ lines })));
    await watched.pass();
  }
  assert.equal(slow.take().length, 1);
  slow.full = false;
  slow.reader.resume();
  await settled();
  const told = slow.take();
  assert.deepEqual([kinds(told), told[0]!.pools[0].held], [['snapshot'], 25_001]);
});

test('who comes back is told what changed meanwhile; cut a hundred times, it knows all', async () => {
  const { shop, ...watched } = await start({ tea: 1_000, cup: 1_000 });
  let watcher = await watched.watch(['tea']);
  let [last] = watcher.take();
  const seen = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    watched.feed.close(watcher.reader);
    await shop.hold('tea', 1);
    if (round % 3 === 0) await watched.pass();
    if (round % 7 === 0) await shop.hold('cup', 1);
    watcher = await watched.watch(['tea'], last!.id);
    await watched.pass();
    for (const told of watcher.take()) {
      assert.equal(told.event, 'update');
      for (const id of ids(told.reservations)) seen.add(id);
      last = told;
    }
    assert.deepEqual([last!.pools[0].held, seen.size], [round + 1, round + 1]);
  }
});

test('a position of another journal, or of long ago, starts with a snapshot', async () => {
  const { shop, ...watched } = await start({ tea: 10 });
  assert.deepEqual(kinds((await watched.watch(['tea'], 9_999)).take()), ['snapshot']);
  assert.deepEqual(kinds((await watched.watch(['tea'], 1)).take()), ['snapshot']);
  const { position } = shop.engine.health();
  assert.deepEqual((await watched.watch(['tea'], position)).take(), []);
});

test('nothing is gathered once nobody has watched for a minute', async () => {
  const { shop, ...watched } = await start({ tea: 10 });
  const watcher = await watched.watch(['tea']);
  const [{ id: known }] = watcher.take() as [Told];
  watched.feed.close(watcher.reader);
  await shop.hold('tea', 1);
  await watched.ticker.passMs(59_000);
  const soon = await watched.watch(['tea'], known);
  assert.deepEqual(kinds(soon.take()), ['update']);
  watched.feed.close(soon.reader);
  await watched.ticker.passMs(61_000);
  await shop.hold('tea', 1);
  await watched.pass();
  assert.deepEqual(kinds((await watched.watch(['tea'], known)).take()), ['snapshot']);
});

test('what is too much for one message is counted', async () => {
  const { shop, ...watched } = await start({ tea: 10_000 });
  const watcher = await watched.watch();
  watcher.take();
  const lines = [{ pool: 'tea', quantity: 1 }];
  await Promise.all(Array.from({ length: 700 }, () => shop.stock.reserve({ lines })));
  const pools = Array.from({ length: 1_100 }, (_, index) => `p${index}`);
  await Promise.all(pools.map((pool) => shop.stock.putPool({ pool })));
  await watched.pass();
  const [update] = watcher.take();
  assert.deepEqual([update!.reservations.length, update!.pools.length], [500, 1_000]);
  assert.deepEqual(update!.omitted, { pools: 101, reservations: 200 });
});

test('a store that fails ends the streams, and the end of the feed does', async () => {
  const { shop, ...watched } = await start({ tea: 10 });
  const first = await watched.watch(['tea']);
  const { owners } = shop.engine;
  shop.engine.owners = async () => {
    throw new Error('gone');
  };
  await shop.hold('tea', 1);
  await watched.pass();
  shop.engine.owners = owners;
  const second = await watched.watch(['tea'], first.reader.position);
  assert.deepEqual([first.ended, second.ended], [true, false]);
  assert.deepEqual(kinds(second.take()), ['snapshot']);
  watched.feed.end();
  assert.equal(second.ended, true);
});

async function start(quantities: Record<string, number>) {
  const watched = await WatchedShop.open(quantities);
  const { shop, ticker, feed } = watched;
  return {
    shop,
    ticker,
    feed,
    watch: watched.watch.bind(watched),
    pass: watched.pass.bind(watched),
  };
}
