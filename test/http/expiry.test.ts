// A clock that jumped stops expiry, which the server shows; a person's word lets it go on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { START_MS } from '../../src/engines/conformance/manual-time.ts';
import { ServedShop } from './served-shop.ts';

const HOUR_MS = 3_600_000;
let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 1);
});
after(() => shop.close());

const resume = () => shop.post('/v1/expiry/resume');

test('where expiry runs nothing changes', async () => {
  const { status, body } = await resume();
  assert.equal(status, 200);
  assert.deepEqual(body, { now: new Date(START_MS).toISOString(), resumed: false });
});

test('a jump degrades the server, until a person has looked', async () => {
  const { id } = await shop.hold('tea', 1, { holdFor: '1m' });
  shop.time.jumpMs(HOUR_MS);
  const degraded = await shop.get('/readyz');
  assert.equal(degraded.status, 200);
  assert.equal(degraded.body.status, 'degraded');
  assert.match(degraded.body.expiryStopped, /jumped forward by 3600 s/);
  assert.equal((await shop.get(`/v1/reservations/${id}`)).body.status, 'HELD');

  const { status, body } = await resume();
  assert.equal(status, 200);
  const now = new Date(START_MS + HOUR_MS).toISOString();
  assert.deepEqual(body, { now, resumed: true, wasStopped: degraded.body.expiryStopped });
  assert.equal((await shop.get(`/v1/reservations/${id}`)).body.status, 'EXPIRED');
  await shop.hold('tea', 1);
  const ready = (await shop.get('/readyz')).body;
  assert.deepEqual([ready.status, ready.expiryStopped], ['ready', undefined]);
});
