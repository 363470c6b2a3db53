// A segmented pool over HTTP: one pool at its addresses and in the live feed, and its parts in the journal.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventReader } from './event-reader.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open({ events: { windowMs: 5 } });
});
after(() => shop.close());

test('is made with a number, sold, and seen as one pool', async () => {
  const made = await shop.put('/v1/pools/hot', { segments: 3 });
  assert.deepEqual([made.status, made.body.segments, made.body.state], [201, 3, 'OPEN']);
  await shop.post('/v1/pools/hot/receive', { quantity: 5 });
  const reader = await EventReader.open(`${shop.url}/v1/events?pool=hot`);
  const [snapshot] = await reader.take(1);
  assert.equal(snapshot!.data.pools[0].available, 5);
  const held = await shop.hold('hot', 4);
  assert.deepEqual(held.lines, [{ pool: 'hot', quantity: 4 }]);
  const [update] = await reader.take(1);
  assert.deepEqual(update!.data.pools, [(await shop.get('/v1/pools/hot')).body]);
  assert.deepEqual(update!.data.reservations, [held]);
  reader.cut();
  const { pools } = (await shop.get('/v1/availability?pools=hot')).body;
  assert.equal(pools[0].available, 1);
  const listed = (await shop.get('/v1/pools')).body;
  assert.deepEqual(
    listed.pools.map(({ id }: { id: string }) => id),
    ['hot'],
  );
  const [latest] = (await shop.get('/v1/journal?after=2')).body.entries;
  const touched = latest.pools.map(({ pool }: { pool: string }) => pool);
  assert.ok(
    touched.every((pool: string) => /^hot~[123]$/.test(pool)),
    String(touched),
  );
});

test('says what it was at a past moment, and changes only as it was seen', async () => {
  const at = new Date(shop.time.wallMs()).toISOString();
  shop.time.passMs(1_000);
  const { headers } = await shop.get('/v1/pools/hot');
  const match = { 'if-match': headers.get('etag')! };
  assert.equal((await shop.post('/v1/pools/hot/receive', { quantity: 1 }, match)).status, 200);
  problemOf(await shop.post('/v1/pools/hot/adjust', { quantity: 1 }, match), 412, 'stale-version');
  const past = (await shop.get(`/v1/pools/hot?at=${at}`)).body;
  assert.deepEqual([past.available, past.held], [1, 4]);
});

test('refuses what does not go together with segments', async () => {
  const share = { node: 'till', pool: 'hot', quantity: 1, leaseFor: '1m' };
  problemOf(await shop.post('/v1/leases', share), 409, 'pool-segmented');
  problemOf(await shop.put('/v1/pools/hot', { segments: 65 }), 400, 'invalid-request');
});
