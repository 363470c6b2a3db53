// Which pools of earlier sales a sale may take up: those that are as good as new, so that what it sells, and what it
// gives home, is its own.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Sales } from '../../../src/uses/flash-sale/sales.ts';
import { draft, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused, type Shop } from '../../support/shop.ts';

let its: SaleShop;
let shop: Shop;
let sales: Sales;

beforeEach(async () => {
  its = await SaleShop.open();
  ({ shop, sales } = its);
});

afterEach(() => its.close());

const SUMMER = { ...draft(), sale: 'summer', items: [{ from: 'tea', quantity: 10, pool: TEA }] };
const arm = async () => sales.arm({ sale: 'summer' });

/** The first sale is over, and the second one is to sell from the same pool. */
async function drafted() {
  accepted(await sales.close({ sale: 'spring' }));
  await its.settle();
  accepted(await sales.create(SUMMER));
}

describe('the pool of a sale that is settled', () => {
  it('is not taken by another one once something was sold of it', async () => {
    await its.begin();
    const order = accepted(await its.buy('ann', 2));
    accepted(await its.uses.orders.paid({ order: order.id }));
    await drafted();
    const { details } = refused(await arm(), 'sale-pool-taken');
    assert.deepEqual(details, { sale: 'summer', pool: TEA });
    assert.deepEqual(await shop.inside(TEA), { sold: 2 });
    const [item] = (await sales.sale('spring'))!.items;
    assert.equal(item!.sold, 2);
  });

  it('is taken where all that it sold has come back, and counts from nothing', async () => {
    await its.begin();
    const order = accepted(await its.buy('ann', 2));
    accepted(await its.uses.orders.paid({ order: order.id }));
    accepted(await its.uses.orders.cancel({ order: order.id }));
    await drafted();
    accepted(await arm());
    accepted(await sales.open({ sale: 'summer' }));
    const ask = { sale: 'summer', lines: [{ pool: 'tea', quantity: 10 }] };
    accepted(await sales.checkout({ ...ask, buyer: 'bob' }));
    refused(await sales.checkout({ ...ask, buyer: 'cyd' }), 'insufficient-stock');
    const [item] = (await sales.sale('summer'))!.items;
    assert.deepEqual([item!.available, item!.held, item!.sold], [0, 10, 0]);
  });

  it('is not taken while somebody’s units are in it', async () => {
    await its.begin();
    await drafted();
    accepted(await shop.stock.receive({ pool: TEA, quantity: 5 }));
    refused(await arm(), 'sale-pool-taken');
    accepted(await shop.stock.transfer({ from: TEA, to: 'tea', quantity: 5 }));
    accepted(await arm());
    accepted(await sales.close({ sale: 'summer' }));
    assert.deepEqual(await shop.inside('tea'), { available: 155 });
    assert.deepEqual(await shop.inside(TEA), {});
  });
});
