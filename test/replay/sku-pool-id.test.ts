// Stock codes become pool ids and come back as they were; no two share a pool.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { poolOfSku, skuOfPool } from '../../src/replay/sku-pool-id.ts';

const POOL_ID = /^[A-Za-z0-9._:@-]{1,128}$/;

const CASES: [sku: string, pool: string | undefined][] = [
  ['85123A', '85123A'],
  ['85123a', '85123a'],
  ['BANK CHARGES', 'BANK@20CHARGES'],
  ['gift_0001_50', 'gift_0001_50'],
  ['a@b', 'a@40b'],
  ['a@20b', 'a@4020b'],
  ['Größe', 'Gr@C3@B6@C3@9Fe'],
  ['a/b', 'a@2Fb'],
  ['', undefined],
  ['x'.repeat(128), 'x'.repeat(128)],
  ['x'.repeat(129), undefined],
  [' '.repeat(43), undefined],
  ['\ud800', undefined],
];

test('a stock code has the pool that the table says', () => {
  for (const [sku, pool] of CASES) assert.equal(poolOfSku(sku), pool, JSON.stringify(sku));
});

test('every code that has a pool comes back from it, and the pool id is allowed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (sku) => {
      const pool = poolOfSku(sku);
      if (pool === undefined) return;
      assert.match(pool, POOL_ID);
      assert.equal(skuOfPool(pool), sku);
    }),
  );
});
