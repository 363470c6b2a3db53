// A server that is stopping: readiness says no before it takes no more requests, and the live feed
// ends. That what is in hand is answered is tested with the rest of the server.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import { startServer } from '../../src/http/server.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 5);
});
afterEach(() => shop.close());

test('readiness says no while it still takes requests, then nobody gets in', async (t) => {
  const limits = { drainMs: 1_500 };
  const server = await startServer({ stock: shop.stock, port: 0, limits });
  const ask = async (path: string) => (await fetch(server.url + path)).status;
  assert.equal(await ask('/readyz'), 200);
  const closing = server.close();
  t.after(() => closing);
  const refused = await fetch(`${server.url}/readyz`);
  const { code, reason } = (await refused.json()) as { code: string; reason: string };
  assert.deepEqual([refused.status, code], [503, 'unavailable']);
  assert.equal(reason, 'the server is stopping');
  assert.deepEqual([await ask('/healthz'), await ask('/v1/pools')], [200, 200]);
  await closing;
  await assert.rejects(ask('/healthz'));
});

test('the live feed ends', async () => {
  const asked = get(`${shop.url}/v1/events`);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const ended = once(response.resume(), 'end');
  await shop.server.close();
  await ended;
});
