// Money that comes after an order in a sale has run out takes its units again while the sale goes on: from what is
// there, and within the sale's limits.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SaleCommand } from '../../../src/kernel/sale.ts';
import { SALE, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused } from '../../support/shop.ts';

const HOUR = 3_600_000;

let its: SaleShop;

beforeEach(async () => {
  its = await SaleShop.open();
});

afterEach(() => its.close());

/** Ann's order, which has run out. */
async function ranOut(more: Partial<SaleCommand>, addressKey?: string): Promise<string> {
  await its.begin({ items: [{ from: 'tea', quantity: 2 }], ...more });
  const { id } = accepted(await buy('ann', addressKey));
  its.shop.time.passMs(HOUR);
  await its.tidy();
  assert.equal((await its.uses.orders.order(id))!.status, 'EXPIRED');
  return id;
}

const buy = (buyer: string, addressKey?: string) =>
  its.sales.checkout({
    ...{ sale: SALE, buyer, lines: [{ pool: TEA, quantity: 1 }] },
    ...(addressKey === undefined ? {} : { addressKey }),
  });
const pay = (order: string) => its.uses.orders.paid({ order });

describe('late money in a sale', () => {
  it('takes units that are there', async () => {
    const order = await ranOut({ limits: [{ per: 'buyer', quantityMax: 1 }] });
    assert.equal(accepted(await pay(order)).status, 'CONFIRMED');
    assert.deepEqual(await its.shop.inside(TEA), { available: 1, sold: 1 });
    // It counts again.
    refused(await buy('ann'), 'limit-exceeded');
  });

  it('takes none that the limits do not allow any more', async () => {
    const order = await ranOut({ limits: [{ per: 'buyer', quantityMax: 1 }] });
    accepted(await buy('ann'));
    refused(await pay(order), 'limit-exceeded');
  });

  it('counts for the address that the order came from', async () => {
    const order = await ranOut({ limits: [{ per: 'address', quantityMax: 1 }] }, 'here');
    const other = accepted(await buy('bob', 'here'));
    refused(await pay(order), 'limit-exceeded');
    accepted(await its.uses.orders.cancel({ order: other.id }));
    assert.equal(accepted(await pay(order)).status, 'CONFIRMED');
    refused(await buy('bob', 'here'), 'limit-exceeded');
  });

  it('counts for the address of who took an offer', async () => {
    const limits = [{ per: 'address' as const, quantityMax: 1 }];
    await its.begin({
      ...{ items: [{ from: 'tea', quantity: 2 }], limits },
      whenSoldOut: { do: 'waiting-list' },
    });
    const ann = accepted(await buy('ann', 'there')).id;
    accepted(await buy('dan', 'far'));
    const waiting = { pool: TEA, buyer: 'bob', quantity: 1, addressKey: 'here' };
    const { id: waiter } = accepted(await its.uses.waiting.join(waiting));
    accepted(await its.uses.orders.cancel({ order: ann }));
    await its.uses.waiting.idle();
    const order = accepted(await its.uses.waiting.accept({ pool: TEA, waiter })).id;
    its.shop.time.passMs(HOUR);
    await its.tidy();
    assert.equal(accepted(await pay(order)).status, 'CONFIRMED');
    refused(await buy('cyd', 'here'), 'limit-exceeded');
  });

  it('pays for an own unit where what came in for a pre-sold order has gone back', async () => {
    accepted(await its.shop.stock.adjust({ pool: 'tea', quantity: -149 }));
    const items = [{ from: 'tea', quantity: 1 }];
    await its.begin({ items, whenSoldOut: { do: 'pre-sale', quantityMax: 1 } });
    accepted(await buy('bob'));
    const { id: order } = accepted(await buy('ann'));
    accepted(await its.shop.stock.receive({ pool: 'tea', quantity: 1 }));
    await its.idle();
    its.shop.time.passMs(HOUR);
    await its.tidy();
    const paid = accepted(await pay(order));
    assert.deepEqual([paid.status, paid.preSold], ['CONFIRMED', undefined]);
    assert.deepEqual(await its.shop.inside(TEA), { sold: 1 });
    // The cap has its room yet.
    assert.equal(accepted(await buy('cyd')).preSold !== undefined, true);
  });

  it('takes none that are sold', async () => {
    const order = await ranOut({});
    for (const buyer of ['bob', 'cyd']) accepted(await buy(buyer));
    refused(await pay(order), 'insufficient-stock');
  });

  it('takes what is to come, up to the cap, where that was bought', async () => {
    await its.begin({
      items: [{ from: 'tea', quantity: 1 }],
      whenSoldOut: { do: 'pre-sale', quantityMax: 1 },
    });
    accepted(await pay(accepted(await buy('ann')).id));
    const bob = accepted(await buy('bob')).id;
    its.shop.time.passMs(HOUR);
    await its.tidy();
    const cyd = accepted(await buy('cyd')).id;
    refused(await pay(bob), 'insufficient-stock');
    accepted(await its.uses.orders.cancel({ order: cyd }));
    assert.equal(accepted(await pay(bob)).status, 'CONFIRMED');
  });

  it('takes none once the sale is over, though nobody has looked at it', async () => {
    const closesAtMs = its.inFromNow(2 * HOUR);
    const order = await ranOut({ closesAtMs });
    its.shop.time.passMs(HOUR);
    refused(await pay(order), 'sale-closed');
  });
});
