// Sales that make no sense: each mistake is named, and nothing is set apart.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SaleCommand } from '../../../src/kernel/sale.ts';
import type { Sales } from '../../../src/uses/flash-sale/sales.ts';
import { draft, SaleShop } from '../../support/sale-shop.ts';
import { accepted, refused } from '../../support/shop.ts';

let its: SaleShop;
let sales: Sales;

beforeEach(async () => {
  its = await SaleShop.open();
  ({ sales } = its);
});

afterEach(async () => {
  assert.deepEqual(await its.shop.inside('tea'), { available: 150 });
  await its.close();
});

describe('a sale', () => {
  it('says what is wrong with a sale that makes no sense', async () => {
    const wrong: Partial<SaleCommand>[] = [
      { sale: 'a b' },
      { items: [] },
      { items: [{ from: 'tea', quantity: 0 }] },
      { items: [{ from: 'tea', quantity: 1, pool: 'tea' }] },
      {
        items: [
          { from: 'tea', quantity: 1 },
          { from: 'tea', quantity: 2 },
        ],
      },
      { items: [{ from: 'tea', quantity: 1, unitPrice: 5 }] },
      { currency: 'EUR' },
      { opensAtMs: 2, closesAtMs: 2 },
      { limits: [{ per: 'order', quantityMax: 1, period: 'day' }] },
      { limits: [{ per: 'buyer', quantityMax: 0 }] },
    ];
    for (const each of wrong) refused(await sales.create(draft(each)), 'invalid-request');
    refused(await sales.arm({ sale: 'none' }), 'unknown-sale');
    accepted(await sales.create(draft({ items: [{ from: 'nothing', quantity: 1 }] })));
    refused(await sales.arm({ sale: 'spring' }), 'unknown-pool');
    refused(await sales.open({ sale: 'spring' }), 'sale-not-armed');
  });
});
