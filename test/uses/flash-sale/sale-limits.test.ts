// How much one buyer may have of a sale: counted in the same step as the units are taken, and given back with
// them.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SaleCommand } from '../../../src/kernel/sale.ts';
import type { Sales } from '../../../src/uses/flash-sale/sales.ts';
import { draft, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused, type Shop } from '../../support/shop.ts';

const MINUTE = 60_000;

let its: SaleShop;
let shop: Shop;
let sales: Sales;

beforeEach(async () => {
  its = await SaleShop.open();
  ({ shop, sales } = its);
});

afterEach(() => its.close());

describe('limits of a sale', () => {
  const two: Partial<SaleCommand> = { limits: [{ per: 'buyer', quantityMax: 2 }] };

  it('let a buyer at 1 of 2 take 1 more, and not 2', async () => {
    await its.begin(two);
    accepted(await its.buy('ann'));
    const details = refused(await its.buy('ann', 2), 'limit-exceeded').details;
    assert.deepEqual(details, { sale: 'spring', per: 'buyer', quantityMax: 2, remaining: 1 });
    accepted(await its.buy('ann'));
    refused(await its.buy('ann'), 'limit-exceeded');
    accepted(await its.buy('bob', 2));
    assert.deepEqual(await shop.inside(TEA), { available: 96, held: 4 });
  });

  it('grant a part where that is asked for', async () => {
    await its.begin(two);
    const order = accepted(await its.buy('ann', 3, { quantityMin: 1 }));
    assert.equal(order.lines[0]!.quantity, 2);
  });

  it('give the allowance back with a cancel and with the end of its time', async () => {
    await its.begin(two);
    const first = accepted(await its.buy('ann', 2));
    accepted(await its.uses.orders.cancel({ order: first.id }));
    accepted(await its.buy('ann', 2));
    refused(await its.buy('ann'), 'limit-exceeded');
    shop.time.passMs(15 * MINUTE);
    accepted(await its.buy('ann', 2));
  });

  it('count each item by itself, or the sale as a whole', async () => {
    const items = [
      { from: 'tea', quantity: 100 },
      { from: 'cups', quantity: 10 },
    ];
    const limits: SaleCommand['limits'] = [
      { per: 'buyer', quantityMax: 2 },
      { per: 'buyer', quantityMax: 3, of: 'sale' },
      { per: 'order', quantityMax: 2, of: 'sale' },
    ];
    await its.begin({ items, limits });
    const both = (tea: number, cups: number) =>
      sales.checkout({
        sale: 'spring',
        buyer: 'ann',
        lines: [
          { pool: 'tea', quantity: tea },
          { pool: 'cups', quantity: cups },
        ],
      });
    refused(await both(2, 1), 'limit-exceeded');
    accepted(await both(1, 1));
    const details = refused(await both(1, 1), 'limit-exceeded').details;
    assert.equal(details.quantityMax, 3);
    accepted(await its.buy('ann', 1));
  });

  it('ask who is buying', async () => {
    await its.begin(two);
    const nobody = { sale: 'spring', lines: [{ pool: 'tea', quantity: 1 }] };
    refused(await sales.checkout(nobody), 'buyer-required');
  });

  it('hold from the moment they are changed', async () => {
    await its.begin(two);
    accepted(await its.buy('ann', 2));
    accepted(await sales.put(draft({ limits: [{ per: 'buyer', quantityMax: 3 }] })));
    refused(await its.buy('ann', 2), 'limit-exceeded');
    accepted(await its.buy('ann', 1));
  });

  it('go on counting when others are laid down beside them, or taken away', async () => {
    const [each, order] = [
      { per: 'buyer' as const, quantityMax: 2 },
      { per: 'order' as const, quantityMax: 2 },
    ];
    await its.begin({ limits: [order, each] });
    accepted(await its.buy('ann', 2));
    const month = { per: 'buyer' as const, quantityMax: 9, period: 'month' as const };
    for (const limits of [[month, order, each], [each], [{ ...each, returnsGiveBack: true }]]) {
      accepted(await sales.put(draft({ limits })));
      refused(await its.buy('ann'), 'limit-exceeded');
    }
  });

  it('count different things, each of them', async () => {
    const twice = [
      { per: 'buyer' as const, quantityMax: 2 },
      { per: 'buyer' as const, quantityMax: 3, of: 'item' as const },
    ];
    const { details } = refused(await sales.create(draft({ limits: twice })), 'invalid-request');
    assert.equal(details.field, 'limits/1');
  });
});
