// API keys: sent with every request, streams and batches too; without a right one everything is
// refused as a value, once, and nothing is sent again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastClient } from '../../src/client/index.ts';
import { openKeyedShop } from '../http/keyed-shop.ts';
import { accepted, failed, listed, refused } from './expectations.ts';
import { FaultyProxy } from './faulty-proxy.ts';

test('a key goes with every request; without the right one each call is refused, once', async () => {
  const { shop, tokens, revoked, close } = await openKeyedShop();
  const proxy = await FaultyProxy.open(shop.url);
  const withKey = (apiKey?: string) =>
    new HoldfastClient({ url: proxy.url, ...(apiKey === undefined ? {} : { apiKey }) });
  try {
    const operator = withKey(tokens.operator);
    await accepted(operator.putPool({ pool: 'tea' }));
    await accepted(operator.receive({ pool: 'tea', quantity: 9 }));
    const one = { lines: [{ pool: 'tea', quantity: 1 }] };
    const seller = withKey(tokens.seller);
    await Promise.all([accepted(seller.reserve(one)), accepted(seller.reserve(one))]);
    assert.equal((await listed(seller.pools())).length, 1);
    for await (const { type } of seller.events()) {
      assert.equal(type, 'snapshot');
      break;
    }
    await refused(seller.receive({ pool: 'tea', quantity: 1 }), 'role-too-low');
    proxy.seen.length = 0;
    for (const [key, code] of [
      [undefined, 'no-api-key'],
      [revoked, 'revoked-api-key'],
      [tokens.viewer, 'role-too-low'],
    ] as const) {
      const client = withKey(key);
      const calls = [client.reserve(one), client.reserve(one), client.reserve(one)];
      for (const call of calls) await refused(call, code);
    }
    assert.equal(proxy.seen.length, 3, 'three batches, none of them taken apart or sent again');
    const { refusal } = await failed(listed(withKey().events()), 'refused');
    assert.equal(refusal?.status, 401);
  } finally {
    await proxy.close();
    await close();
  }
});
