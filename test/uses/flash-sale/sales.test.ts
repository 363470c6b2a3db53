// Flash sales from draft to settled: what is sold is set apart, sold in its time only, and what is left goes
// home, whoever is late.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
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

describe('a sale', () => {
  it('sets its units apart when it is armed, and takes no more than there are', async () => {
    accepted(await sales.create(draft()));
    assert.deepEqual(await shop.inside('tea'), { available: 150 });
    accepted(await sales.arm({ sale: 'spring' }));
    assert.deepEqual(await shop.inside('tea'), { available: 50 });
    assert.deepEqual(await shop.inside(TEA), { available: 100 });
    assert.equal((await shop.stock.pool(TEA))!.sale, 'spring');

    accepted(await sales.create({ sale: 'autumn', items: [{ from: 'tea', quantity: 51 }] }));
    refused(await sales.arm({ sale: 'autumn' }), 'insufficient-stock');
    assert.deepEqual(await shop.inside('tea'), { available: 50 });
  });

  it('keeps its units from everybody else, and everybody else’s from it', async () => {
    await its.begin();
    refused(await shop.stock.reserve({ lines: [{ pool: TEA, quantity: 1 }] }), 'pool-in-sale');
    refused(
      await its.uses.orders.checkout({ lines: [{ pool: TEA, quantity: 1 }] }),
      'pool-in-sale',
    );
    refused(await shop.stock.transfer({ from: TEA, to: 'tea', quantity: 1 }), 'pool-in-sale');
    refused(await shop.stock.receive({ pool: TEA, quantity: 1 }), 'pool-in-sale');
    refused(await shop.stock.adjust({ pool: TEA, quantity: -1 }), 'pool-in-sale');
    refused(await shop.stock.putPool({ pool: TEA, home: 'tea' }), 'pool-in-sale');
    refused(await its.buy('ann', 101), 'insufficient-stock');
    const cups = { sale: 'spring', lines: [{ pool: 'cups', quantity: 1 }] };
    refused(await sales.checkout(cups), 'invalid-request');
    assert.deepEqual(await shop.inside(TEA), { available: 100 });
  });

  it('sells between its opening and its closing, and neither before nor after', async () => {
    const opensAtMs = its.inFromNow(10 * MINUTE);
    await its.arm({ opensAtMs, closesAtMs: opensAtMs + MINUTE });
    assert.deepEqual(refused(await its.buy('ann'), 'sale-not-open').details, {
      sale: 'spring',
      opensAtMs,
    });
    shop.time.passMs(10 * MINUTE - 1);
    refused(await its.buy('ann'), 'sale-not-open');
    shop.time.passMs(1);
    // Nobody has swept: whoever comes first opens it.
    assert.equal(await its.state(), 'OPEN');
    accepted(await its.buy('ann'));
    shop.time.passMs(MINUTE - 1);
    accepted(await its.buy('bob'));
    shop.time.passMs(1);
    assert.equal(await its.state(), 'CLOSED');
    refused(await its.buy('cyd'), 'sale-closed');
    await its.tidy();
    refused(await its.buy('cyd'), 'sale-closed');
    assert.deepEqual(await shop.inside('tea'), { available: 148 });
  });

  it('opens and closes by its own clock, though nobody comes', async () => {
    const opensAtMs = its.inFromNow(MINUTE);
    await its.arm({ opensAtMs, closesAtMs: opensAtMs + MINUTE });
    shop.time.passMs(MINUTE);
    await its.tidy();
    shop.time.passMs(MINUTE);
    await its.tidy();
    assert.equal(await its.state(), 'SETTLED');
    const types = (await shop.engine.entries({ after: 0, limit: 100 }))
      .flatMap(({ events }) => events)
      .filter(({ subject }) => subject === 'sale:spring')
      .map(({ type }) => type);
    const life = ['created', 'armed', 'opened', 'closed', 'settled'];
    assert.deepEqual(
      types,
      life.map((step) => `sale.${step}`),
    );
  });

  it('gives home what it did not sell: of 100 and 70 sold the regular stock gets 30', async () => {
    await its.begin();
    const order = accepted(await its.buy('ann', 70));
    accepted(await its.uses.orders.paid({ order: order.id }));
    accepted(await sales.close({ sale: 'spring' }));
    assert.deepEqual(await shop.inside('tea'), { available: 80 });
    assert.deepEqual(await shop.inside(TEA), { sold: 70 });
    await its.tidy();
    const sale = (await sales.sale('spring'))!;
    assert.equal(sale.state, 'SETTLED');
    assert.equal(sale.items[0]!.sold, 70);
  });

  it('gives home what is released after its end, and is settled only then', async () => {
    await its.begin();
    accepted(await its.buy('ann', 2, {}));
    const late = accepted(await its.buy('bob', 3));
    accepted(await sales.close({ sale: 'spring' }));
    await its.tidy();
    assert.equal(await its.state(), 'CLOSED');
    assert.deepEqual(await shop.inside('tea'), { available: 145 });
    accepted(await its.uses.orders.paid({ order: late.id }));
    shop.time.passMs(15 * MINUTE);
    await its.tidy();
    assert.deepEqual(await shop.inside('tea'), { available: 147 });
    for (let looks = 0; looks < 30 && (await its.state()) !== 'SETTLED'; looks += 1) {
      shop.time.passMs(MINUTE);
      await its.tidy();
    }
    assert.equal(await its.state(), 'SETTLED');
    assert.equal((await sales.sale('spring'))!.items[0]!.sold, 3);
  });

  it('gives a unit that comes back while it is open to the next buyer in it', async () => {
    await its.begin();
    const order = accepted(await its.buy('ann', 100));
    refused(await its.buy('bob'), 'insufficient-stock');
    accepted(await its.uses.orders.cancel({ order: order.id }));
    accepted(await its.buy('bob'));
    assert.deepEqual(await shop.inside(TEA), { available: 99, held: 1 });
  });

  it('can be called off, armed or drafted', async () => {
    await its.arm();
    accepted(await sales.close({ sale: 'spring' }));
    assert.deepEqual(await shop.inside('tea'), { available: 150 });
    accepted(await sales.create({ ...draft(), sale: 'autumn' }));
    accepted(await sales.close({ sale: 'autumn' }));
    await its.tidy();
    assert.deepEqual(
      sales.all().map(({ sale, state }) => [sale, state]),
      [
        ['autumn', 'SETTLED'],
        ['spring', 'SETTLED'],
      ],
    );
  });

  it('takes up the pool of a sale of before that is over', async () => {
    await its.arm();
    accepted(await sales.close({ sale: 'spring' }));
    const again = { ...draft(), sale: 'summer', items: [{ from: 'tea', quantity: 10, pool: TEA }] };
    accepted(await sales.create(again));
    // What it held may still come back to where it was.
    refused(await sales.arm({ sale: 'summer' }), 'sale-pool-taken');
    await its.tidy();
    accepted(await sales.arm({ sale: 'summer' }));
    assert.deepEqual(await shop.inside(TEA), { available: 10 });
    const third = { ...again, sale: 'third' };
    accepted(await sales.create(third));
    refused(await sales.arm({ sale: 'third' }), 'sale-pool-taken');
  });

  it('changes as long as nothing depends on it', async () => {
    accepted(await sales.create(draft()));
    refused(await sales.create(draft()), 'sale-exists');
    accepted(await sales.put(draft({ items: [{ from: 'tea', quantity: 40 }] })));
    accepted(await sales.arm({ sale: 'spring' }));
    refused(await sales.arm({ sale: 'spring' }), 'sale-armed');
    refused(await sales.put(draft()), 'sale-armed');
    const opensAtMs = its.inFromNow(MINUTE);
    const items = [{ from: 'tea', quantity: 40 }];
    accepted(await sales.put(draft({ items, opensAtMs })));
    shop.time.passMs(MINUTE);
    accepted(await its.buy('ann'));
    refused(await sales.put(draft({ items, opensAtMs: opensAtMs + 1 })), 'sale-open');
    accepted(await sales.put(draft({ items, opensAtMs, closesAtMs: opensAtMs + MINUTE })));
    shop.time.passMs(MINUTE);
    refused(await its.buy('bob'), 'sale-closed');
  });

  it('sells at its own prices, whoever says otherwise', async () => {
    const items = [{ from: 'tea', quantity: 100, unitPrice: 250 }];
    await its.begin({ items, currency: 'EUR' });
    const order = accepted(await its.buy('ann', 2));
    assert.deepEqual(order.total, { amount: 500, currency: 'EUR' });
    assert.equal(order.sale, 'spring');
    refused(await its.buy('bob', 1, { unitPrice: 1 }), 'invalid-request');
    accepted(await its.buy('bob', 1, { unitPrice: 250 }));
  });

  it('answers a repeat as the first time, after it was closed too', async () => {
    await its.begin();
    const command = { sale: 'spring', buyer: 'ann', lines: [{ pool: 'tea', quantity: 1 }] };
    const first = accepted(await sales.checkout(command, { key: 'one' }));
    accepted(await sales.close({ sale: 'spring' }));
    const again = await sales.checkout(command, { key: 'one' });
    assert.ok(again.ok && again.repeated);
    assert.equal(again.value.id, first.id);
  });

  it('sells in the order in which buyers came, where its channel has them wait for their turn', async () => {
    const { orders, queue } = its.uses;
    accepted(await orders.putPolicy({ channel: 'drop', decides: 'queue' }));
    await its.arm({ channel: 'drop', limits: [{ per: 'buyer', quantityMax: 60 }] });
    refused(await its.buy('early', 1), 'sale-not-open');
    accepted(await sales.open({ sale: 'spring' }));
    const asked = await Promise.all(['ann', 'bob', 'cyd'].map((buyer) => its.buy(buyer, 50)));
    await queue.idle();
    const decided = await Promise.all(asked.map((answer) => orders.order(accepted(answer).id)));
    assert.deepEqual(
      decided.map((order) => [order!.status, order!.sale]),
      [
        ['RESERVED', 'spring'],
        ['RESERVED', 'spring'],
        ['REFUSED', 'spring'],
      ],
    );
    accepted(await sales.close({ sale: 'spring' }));
    refused(await its.buy('late', 1), 'sale-closed');
  });
});
