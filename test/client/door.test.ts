// The client at the door of a sale: for whom it asks, who is denied, what has to be solved.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { HoldfastClient } from '../../src/client/index.ts';
import type { Anomaly } from '../../src/client/replies.ts';
import { ServedShop } from '../http/served-shop.ts';
import { accepted, refused } from './expectations.ts';

let shop: ServedShop;
let client: HoldfastClient;
before(async () => {
  shop = await ServedShop.open({ trustProxy: ['127.0.0.1'] });
  client = new HoldfastClient({ url: shop.url });
  await shop.fill('cup', 100);
});
after(() => shop.close());

test('a buyer is known by their own address, and solves a challenge', async () => {
  const { sales, door } = client;
  const limits = [{ per: 'address' as const, quantityMax: 1 }];
  const challenge = { kind: 'altcha', from: 0, cost: 1 };
  const items = [{ from: 'cup', quantity: 5 }];
  await accepted(sales.create({ sale: 'spring', items, limits, challenge }));
  await accepted(sales.arm({ sale: 'spring' }));
  await accepted(sales.open({ sale: 'spring' }));
  const buy = async (buyer: string, buyerAddress: string, device = 'd-1') => {
    const who = { buyerAddress, device };
    const asked = await accepted(sales.challenge('spring', buyer, who));
    const solution = await solveChallenge({ challenge: asked as unknown as Challenge, deriveKey });
    const solved = btoa(JSON.stringify({ challenge: asked, solution }));
    const lines = [{ pool: 'cup', quantity: 1 }];
    return sales.checkout({ sale: 'spring', buyer, lines, challenge: solved }, who);
  };
  await accepted(buy('ann', '203.0.113.9'));
  await refused(buy('bob', '203.0.113.9'), 'limit-exceeded');
  await accepted(buy('bob', '203.0.113.10'));
  await accepted(door.deny({ kind: 'device', value: 'd-1', for: '1h' }));
  await refused(buy('cyd', '203.0.113.11'), 'denied');
  const range = { kind: 'address', value: '203.0.113.0/24' } as const;
  await accepted(door.deny({ ...range, reason: 'bots' }));
  await refused(buy('cyd', '203.0.113.11', 'd-2'), 'denied');
  assert.equal((await accepted(door.denial(range))).reason, 'bots');
  assert.equal((await accepted(door.denials())).denials.length, 2);
  await accepted(door.allow(range));
  await accepted(buy('cyd', '203.0.113.11', 'd-2'));
  const [{ value, reasons, denied }] = (await accepted(door.anomalies())).anomalies as [Anomaly];
  assert.deepEqual([value, denied], ['d-1', true]);
  assert.deepEqual(reasons, [{ reason: 'accounts-per-device', count: 3 }]);
});
