// Live events through a proxy that cuts: nothing that changed stays untold, the iteration ends when
// the caller wants it to, and a refusal is thrown.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type ClientOptions, HoldfastClient, type LiveEvent } from '../../src/client/index.ts';
import { once } from '../../src/engines/conformance/once.ts';
import { ServedShop } from '../http/served-shop.ts';
import { accepted, failed, listed } from './expectations.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { ManualClientTime } from './manual-client-time.ts';

let shop: ServedShop;
let proxy: FaultyProxy;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 1_000);
  await shop.fill('cup', 1_000);
  proxy = await FaultyProxy.open(shop.url);
});
afterEach(async () => {
  await proxy.close();
  await shop.close();
});

const open = (options: Partial<ClientOptions> = {}) =>
  new HoldfastClient({ url: proxy.url, random: () => 0, ...options });

test('a snapshot comes first, then what changes, of the pools that were asked for', async () => {
  const seen: LiveEvent[] = [];
  for await (const event of open().events({ pools: ['cup'] })) {
    seen.push(event);
    if (event.type === 'update') break;
    await shop.hold('tea', 1);
    await shop.hold('cup', 2);
  }
  assert.deepEqual(
    seen.map(({ type }) => type),
    ['snapshot', 'update'],
  );
  const [snapshot, update] = seen as [LiveEvent, LiveEvent];
  assert.deepEqual(
    snapshot.pools.map(({ id, available }) => [id, available]),
    [['cup', 1_000]],
  );
  assert.deepEqual(
    update.pools.map(({ id, held }) => [id, held]),
    [['cup', 2]],
  );
  assert.deepEqual(update.reservations[0]!.lines, [{ pool: 'cup', quantity: 2 }]);
});

test('cut again and again while buyers buy, every reservation is told, in order', async () => {
  const count = 300;
  const held = new Set<string>();
  const buy = async () => {
    while (held.size < count) {
      const some = await Promise.all(Array.from({ length: 10 }, () => shop.hold('tea', 1)));
      for (const { id } of some) held.add(id);
      const before = proxy.seen.length;
      proxy.cutAll();
      // Or all might be bought before it has come back once.
      const isBack = (seen: number) => seen > before || held.size >= count;
      await once(() => proxy.seen.length, isBack);
    }
  };
  const events = open().events();
  const { value: snapshot } = await events.next();
  assert.deepEqual([snapshot?.type, snapshot?.position], ['snapshot', 4]);
  const buying = buy();
  const told = new Set<string>();
  let last = 4;
  for await (const { type, position, reservations, omitted } of events) {
    assert.equal(type, 'update');
    assert.ok(position > last, `${position} after ${last}`);
    assert.deepEqual(omitted, { pools: 0, reservations: 0 });
    last = position;
    for (const { id } of reservations) told.add(id);
    if (told.size === count) break;
  }
  await buying;
  assert.deepEqual([...told].sort(), [...held].sort());
  assert.ok(proxy.seen.length > 2, 'it was cut, and came back');
});

test('it ends when it is aborted: before, while it waits, and between two tries', async () => {
  assert.deepEqual(await listed(open().events({ signal: AbortSignal.abort() })), []);
  assert.equal(proxy.seen.length, 0);
  const gone = new AbortController();
  for await (const { type } of open().events({ signal: gone.signal })) {
    assert.equal(type, 'snapshot');
    gone.abort();
  }
  const late = new AbortController();
  const time = new ManualClientTime();
  proxy.fault = () => 503;
  const waiting = listed(open({ time, random: () => 1 }).events({ signal: late.signal }));
  await time.waits(0, 100);
  late.abort();
  assert.deepEqual(await waiting, []);
  assert.equal(time.nextMs, undefined, 'no timer is left');
});

test('a connection that is silent for too long is given up, and another one goes on', async () => {
  const time = new ManualClientTime();
  const events = open({ time }).events({ silenceMs: 45_000 });
  assert.equal((await events.next()).value?.type, 'snapshot');
  for (let told = 0; told < 2; told += 1) {
    time.passMs(40_000);
    await shop.hold('tea', 1);
    assert.equal((await events.next()).value?.type, 'update');
    assert.equal(proxy.seen.length, 1, 'what was told 40 s ago shows that it lives');
  }
  const next = events.next();
  time.passMs(45_016);
  await time.waits(0, 16);
  time.passMs(16);
  await proxy.sawRequests(2);
  await shop.hold('tea', 1);
  const { value } = await next;
  assert.equal(value?.type, 'update');
  assert.equal(value?.reservations.length, 1);
  await events.return();
});

test('what is refused for good is thrown; what passes is tried again', async () => {
  const error = await failed(listed(open().events({ pools: ['!'] })), 'refused');
  assert.equal(error.refusal?.code, 'invalid-request');
  proxy.fault = (_, count) => (count < 4 ? 503 : 'none');
  const events = open({ retry: { firstMs: 1 } }).events();
  assert.equal((await events.next()).value?.type, 'snapshot');
  await events.return();
  await accepted(open().pool('tea'));
});
