// Pre-sale: who finds a sale sold out buys what is still to come, as long as the cap has room, and gets it in order.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SaleCommand } from '../../../src/kernel/sale.ts';
import type { WhenSoldOut } from '../../../src/kernel/sold-out.ts';
import type { Order } from '../../../src/orders/order-view.ts';
import { draft, SALE, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused } from '../../support/shop.ts';

const MINUTE = 60_000;
const PRE = `${TEA}:pre`;
const items = [{ from: 'tea', quantity: 2, unitPrice: 250 }];
const PRICED: Partial<SaleCommand> = { items, currency: 'EUR' };

let its: SaleShop;

beforeEach(async () => {
  its = await SaleShop.open();
});

afterEach(() => its.close());

/** Open, its own two units bought by ann, and nothing left where they come from. */
async function soldOut(more: Partial<WhenSoldOut> = {}, sale: Partial<SaleCommand> = {}) {
  accepted(await its.shop.stock.adjust({ pool: 'tea', quantity: -148 }));
  const whenSoldOut: WhenSoldOut = { do: 'pre-sale', quantityMax: 3, ...more };
  await its.begin({ ...PRICED, whenSoldOut, ...sale });
  return accepted(await its.buy('ann', 2));
}

const shown = async ({ id }: Order) => (await its.uses.orders.order(id))!;
const awaits = async (order: Order) => (await shown(order)).awaitsStock === true;
const receive = async (quantity: number) => {
  accepted(await its.shop.stock.receive({ pool: 'tea', quantity }));
  await its.idle();
};

describe('a pre-sale', () => {
  it('begins when the own units are gone, and ends at its cap', async () => {
    const arrivesAtMs = its.inFromNow(7 * 24 * 60 * MINUTE);
    const first = await soldOut({ arrivesAtMs });
    assert.equal(first.preSold, undefined);
    const bob = accepted(await its.buy('bob', 2));
    assert.deepEqual([bob.preSold, bob.awaitsStock], [{ arrivesAtMs }, true]);
    assert.deepEqual(bob.total, { amount: 500, currency: 'EUR' });
    const { details } = refused(await its.buy('cyd', 2), 'insufficient-stock');
    // No quantity is shown.
    assert.deepEqual(details, { sale: SALE, pool: TEA });
    accepted(await its.buy('cyd', 1));
    refused(await its.buy('dan', 1), 'insufficient-stock');
  });

  it('gives an own unit that comes back to the next buyer, and its room back too', async () => {
    const ann = await soldOut();
    const bob = accepted(await its.buy('bob', 3));
    accepted(await its.uses.orders.cancel({ order: ann.id }));
    const cyd = accepted(await its.buy('cyd', 2));
    assert.equal(cyd.preSold, undefined);
    refused(await its.buy('dan'), 'insufficient-stock');
    accepted(await its.uses.orders.cancel({ order: bob.id }));
    assert.deepEqual(await its.shop.inside(PRE), {});
    assert.deepEqual(accepted(await its.buy('dan', 3)).preSold, {});
  });

  it('keeps to the limits of the sale, over both kinds of units', async () => {
    await soldOut({}, { limits: [{ per: 'buyer', quantityMax: 3 }] });
    const { details } = refused(await its.buy('ann', 2), 'limit-exceeded');
    assert.deepEqual([details.sale, details.remaining], [SALE, 1]);
    assert.equal(accepted(await its.buy('ann', 1)).awaitsStock, true);
    refused(await its.buy('ann', 1), 'limit-exceeded');
    const some = accepted(await its.buy('bob', 3, { quantityMin: 1 }));
    assert.equal(some.lines[0]!.quantity, 2);
  });

  it('has orders without stock expire as others do', async () => {
    await soldOut();
    const bob = accepted(await its.buy('bob', 3));
    its.shop.time.passMs(15 * MINUTE);
    // Nobody has swept.
    assert.equal(accepted(await its.buy('cyd', 2)).preSold, undefined);
    assert.deepEqual(accepted(await its.buy('dan', 3)).preSold, {});
    assert.deepEqual([(await shown(bob)).status, await awaits(bob)], ['EXPIRED', false]);
  });

  it('gives out what comes in, first come, first served, all of an order or nothing', async () => {
    await soldOut({ quantityMax: 10 });
    const [bob, cyd, dan] = [
      accepted(await its.buy('bob', 2)),
      accepted(await its.buy('cyd', 3)),
      accepted(await its.buy('dan', 1)),
    ];
    accepted(await its.uses.orders.paid({ order: bob.id }));
    refused(await its.uses.orders.pack({ order: bob.id }), 'order-awaits-stock');
    await receive(1);
    // One would do for dan, who came last.
    assert.deepEqual(await Promise.all([bob, cyd, dan].map(awaits)), [true, true, true]);
    await receive(2);
    assert.deepEqual(await Promise.all([bob, cyd, dan].map(awaits)), [false, true, true]);
    accepted(await its.uses.orders.pack({ order: bob.id }));
    await receive(3);
    assert.deepEqual(await Promise.all([bob, cyd, dan].map(awaits)), [false, false, false]);
    assert.deepEqual(await its.shop.inside(TEA), { held: 6, sold: 2 });
    // Stock that comes in makes no room for more.
    const sale = its.sales.known(SALE)!;
    assert.equal(await its.sales.unitsOf(sale), 4);
    accepted(await its.buy('eve', 4));
    assert.equal(await its.sales.unitsOf(sale), 0);
    refused(await its.buy('fay', 1), 'insufficient-stock');
  });

  it('passes on what was given out and is not paid for', async () => {
    await soldOut();
    const [bob, cyd] = [accepted(await its.buy('bob', 1)), accepted(await its.buy('cyd', 1))];
    await receive(1);
    assert.deepEqual([await awaits(bob), await awaits(cyd)], [false, true]);
    accepted(await its.sales.close({ sale: SALE }));
    accepted(await its.uses.orders.paid({ order: cyd.id }));
    accepted(await its.uses.orders.cancel({ order: bob.id }));
    await its.idle();
    assert.equal(await awaits(cyd), false);
  });

  it('gives the money of an order that was paid and is cancelled back, and nothing to stock', async () => {
    await soldOut();
    const bob = accepted(await its.buy('bob', 1));
    accepted(await its.uses.orders.paid({ order: bob.id }));
    const ended = accepted(await its.uses.orders.cancel({ order: bob.id }));
    assert.equal(ended.status, 'REFUNDING');
    assert.deepEqual([await its.shop.inside(PRE), await its.shop.inside('tea')], [{}, {}]);
  });

  it('is over for the sale only when all have their units', async () => {
    const ann = await soldOut();
    const bob = accepted(await its.buy('bob', 2));
    for (const { id } of [ann, bob]) accepted(await its.uses.orders.paid({ order: id }));
    accepted(await its.sales.close({ sale: SALE }));
    its.shop.time.passMs(60 * MINUTE);
    await its.tidy();
    assert.equal(await its.state(), 'CLOSED');
    await receive(5);
    await its.settle();
    assert.equal((await its.sales.sale(SALE))!.items[0]!.sold, 4);
    assert.deepEqual(await its.shop.inside('tea'), { available: 3 });
    // Its pools are no sale's any more; what was sold and pre-sold of them would count in another one.
    for (const pool of [TEA, PRE]) {
      assert.equal((await its.shop.stock.pool(pool))!.sale, undefined);
    }
    const whenSoldOut: WhenSoldOut = { do: 'pre-sale', quantityMax: 1 };
    const next = { sale: 'next', items: [{ from: 'tea', quantity: 3, pool: TEA }], whenSoldOut };
    accepted(await its.sales.create(next));
    refused(await its.sales.arm({ sale: 'next' }), 'sale-pool-taken');
  });

  it('takes up the pools of a sale of before that sold nothing', async () => {
    const orders = [await soldOut(), accepted(await its.buy('bob', 1))];
    for (const { id } of orders) accepted(await its.uses.orders.cancel({ order: id }));
    accepted(await its.sales.close({ sale: SALE }));
    await its.settle();
    const whenSoldOut: WhenSoldOut = { do: 'pre-sale', quantityMax: 1 };
    const next = { sale: 'next', items: [{ from: 'tea', quantity: 2, pool: TEA }], whenSoldOut };
    accepted(await its.sales.create(next));
    accepted(await its.sales.arm({ sale: 'next' }));
  });

  it('may be chosen, changed and ended while the sale is open', async () => {
    await soldOut({ quantityMax: 1 });
    const put = (whenSoldOut: WhenSoldOut) => its.sales.put(draft({ ...PRICED, whenSoldOut }));
    accepted(await put({ do: 'refuse' }));
    refused(await its.buy('bob'), 'insufficient-stock');
    accepted(await put({ do: 'pre-sale', quantityMax: 2 }));
    const bob = accepted(await its.buy('bob', 2));
    accepted(await put({ do: 'pre-sale', quantityMax: 1 }));
    refused(await its.buy('cyd'), 'insufficient-stock');
    accepted(await put({ do: 'pre-sale', quantityMax: 3 }));
    accepted(await its.buy('cyd', 1));
    accepted(await put({ do: 'waiting-list' }));
    assert.equal(refused(await its.buy('dan'), 'insufficient-stock').details.waitFor, TEA);
    // Who bought keeps the place.
    await receive(2);
    assert.equal(await awaits(bob), false);
  });

  it('can be chosen once a sale is open that had none', async () => {
    await its.begin(PRICED);
    accepted(await its.buy('ann', 2));
    const whenSoldOut: WhenSoldOut = { do: 'pre-sale', quantityMax: 5 };
    accepted(await its.sales.put(draft({ ...PRICED, whenSoldOut })));
    const bob = accepted(await its.buy('bob', 2));
    await its.idle();
    // The pool that its units come from had some.
    assert.deepEqual([(await shown(bob)).preSold, await awaits(bob)], [{}, false]);
    assert.deepEqual(await its.shop.inside('tea'), { available: 146 });
  });

  it('takes the lines of a cart from what is there and from what is to come', async () => {
    const two = [...items, { from: 'cups', quantity: 2, unitPrice: 100 }];
    accepted(await its.shop.stock.adjust({ pool: 'tea', quantity: -148 }));
    const whenSoldOut: WhenSoldOut = { do: 'pre-sale', quantityMax: 3 };
    await its.begin({ ...PRICED, items: two, whenSoldOut });
    accepted(await its.buy('ann', 2));
    const cart = (tea: number, cups: number) => ({
      ...{ sale: SALE, buyer: 'bob' },
      lines: [
        { pool: 'tea', quantity: tea },
        { pool: 'cups', quantity: cups },
      ],
    });
    const bob = accepted(await its.sales.checkout(cart(1, 1)));
    assert.deepEqual(
      bob.lines.map(({ pool }) => pool),
      [PRE, 'cups:spring'],
    );
    // The second line finds its own gone as well.
    const both = accepted(await its.sales.checkout(cart(1, 2)));
    assert.ok(both.lines.every(({ pool }) => pool.endsWith(':pre')));
    refused(await its.sales.checkout(cart(2, 1)), 'insufficient-stock');
    await receive(1);
    assert.equal(await awaits(bob), false);
  });

  it('is decided in turn where its channel has it so', async () => {
    const { orders, queue } = its.uses;
    accepted(await orders.putPolicy({ channel: 'drop', decides: 'queue' }));
    await soldOut({}, { channel: 'drop' });
    await queue.idle();
    const asked = await Promise.all(['bob', 'cyd'].map((buyer) => its.buy(buyer, 2)));
    await queue.idle();
    const all = await Promise.all(asked.map((answer) => shown(accepted(answer))));
    assert.deepEqual(
      all.map(({ status, awaitsStock, reason }) => [status, awaitsStock, reason]),
      [
        ['RESERVED', true, undefined],
        ['REFUSED', undefined, 'insufficient-stock'],
      ],
    );
  });

  it('answers a repeat as the first time', async () => {
    await soldOut();
    const command = { sale: SALE, buyer: 'bob', lines: [{ pool: 'tea', quantity: 2 }] };
    const first = accepted(await its.sales.checkout(command, { key: 'one' }));
    const again = await its.sales.checkout(command, { key: 'one' });
    assert.ok(again.ok && again.repeated && again.value.id === first.id);
    assert.deepEqual(await its.shop.inside(PRE), { available: -2, held: 2 });
  });
});
