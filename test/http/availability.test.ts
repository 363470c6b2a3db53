// Availability of many pools in one question.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 10);
  await shop.fill('cup', 5);
});
after(() => shop.close());

const ask = (pools: string) => shop.get(`/v1/availability?pools=${pools}`);

test('each pool once, in the order asked, and the unknown ones by name', async () => {
  await shop.hold('tea', 3);
  await shop.put('/v1/limits/two', { per: 'buyer', scope: 'all', quantityMax: 9 });
  const { status, body } = await ask('nowhere,tea,cup,tea,none');
  assert.equal(status, 200);
  assert.deepEqual(body, {
    pools: [
      { id: 'tea', available: 7, state: 'OPEN', version: 3 },
      { id: 'cup', available: 5, state: 'OPEN', version: 2 },
    ],
    unknown: ['nowhere', 'none'],
  });
});

test('a thousand pools, one more is refused', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`).join(',');
  assert.equal((await ask(ids(1_000))).body.unknown.length, 1_000);
  const refused = problemOf(await ask(ids(1_001)), 400, 'invalid-request');
  assert.equal(refused.field, 'pools');
});

test('what is no list of ids is refused', async () => {
  for (const wrong of ['', 'a,,b', 'a%20b', '!two!!x', '%00', 'a,b&x=1', 'a&pools=b']) {
    problemOf(await ask(wrong), 400, 'invalid-request');
  }
  problemOf(await shop.get('/v1/availability'), 400, 'invalid-request');
});
