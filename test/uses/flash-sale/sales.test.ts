// Flash sales from draft to settled: what is sold is set apart, sold in its time only, and what is left goes
// home, whoever is late.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SaleCommand } from '../../../src/kernel/sale.ts';
import type { Sales } from '../../../src/uses/flash-sale/sales.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../../support/shop.ts';

const MINUTE = 60_000;

let shop: Shop;
let uses: Uses;
let sales: Sales;

beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 150, cups: 10 });
  uses = await openUses(shop.stock);
  sales = uses.sales;
});

afterEach(async () => {
  const report = await verify(shop.engine);
  assert.deepEqual(report.problems, []);
  await uses.close();
  await shop.stock.close();
});

const TEA = 'spring:tea';
const soon = (ms: number) => shop.engine.clock().nowMs + ms;

const draft = (more: Partial<SaleCommand> = {}): SaleCommand => ({
  sale: 'spring',
  items: [{ from: 'tea', quantity: 100 }],
  ...more,
});

async function armed(more: Partial<SaleCommand> = {}): Promise<void> {
  accepted(await sales.create(draft(more)));
  accepted(await sales.arm({ sale: 'spring' }));
}

async function opened(more: Partial<SaleCommand> = {}): Promise<void> {
  await armed(more);
  accepted(await sales.open({ sale: 'spring' }));
}

const buy = (buyer: string, quantity = 1, more: object = {}) =>
  sales.checkout({ sale: 'spring', buyer, lines: [{ pool: 'tea', quantity, ...more }] });

/** Whatever is due falls due, and the work that it asks for is done. */
async function tidied(): Promise<void> {
  while ((await shop.stock.sweep()) > 0) await shop.stock.parts.turns.idle();
}

const state = async () => (await sales.sale('spring'))!.state;

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
    await opened();
    refused(await shop.stock.reserve({ lines: [{ pool: TEA, quantity: 1 }] }), 'pool-in-sale');
    refused(await uses.orders.checkout({ lines: [{ pool: TEA, quantity: 1 }] }), 'pool-in-sale');
    refused(await shop.stock.transfer({ from: TEA, to: 'tea', quantity: 1 }), 'pool-in-sale');
    refused(await shop.stock.receive({ pool: TEA, quantity: 1 }), 'pool-in-sale');
    refused(await shop.stock.adjust({ pool: TEA, quantity: -1 }), 'pool-in-sale');
    refused(await shop.stock.putPool({ pool: TEA, home: 'tea' }), 'pool-in-sale');
    refused(await buy('ann', 101), 'insufficient-stock');
    const cups = { sale: 'spring', lines: [{ pool: 'cups', quantity: 1 }] };
    refused(await sales.checkout(cups), 'invalid-request');
    assert.deepEqual(await shop.inside(TEA), { available: 100 });
  });

  it('sells between its opening and its closing, and neither before nor after', async () => {
    const opensAtMs = soon(10 * MINUTE);
    await armed({ opensAtMs, closesAtMs: opensAtMs + MINUTE });
    assert.deepEqual(refused(await buy('ann'), 'sale-not-open').details, {
      sale: 'spring',
      opensAtMs,
    });
    shop.time.passMs(10 * MINUTE - 1);
    refused(await buy('ann'), 'sale-not-open');
    shop.time.passMs(1);
    // Nobody has swept: whoever comes first opens it.
    assert.equal(await state(), 'OPEN');
    accepted(await buy('ann'));
    shop.time.passMs(MINUTE - 1);
    accepted(await buy('bob'));
    shop.time.passMs(1);
    assert.equal(await state(), 'CLOSED');
    refused(await buy('cyd'), 'sale-closed');
    await tidied();
    refused(await buy('cyd'), 'sale-closed');
    assert.deepEqual(await shop.inside('tea'), { available: 148 });
  });

  it('opens and closes by its own clock, though nobody comes', async () => {
    const opensAtMs = soon(MINUTE);
    await armed({ opensAtMs, closesAtMs: opensAtMs + MINUTE });
    shop.time.passMs(MINUTE);
    await tidied();
    shop.time.passMs(MINUTE);
    await tidied();
    assert.equal(await state(), 'SETTLED');
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
    await opened();
    const order = accepted(await buy('ann', 70));
    accepted(await uses.orders.paid({ order: order.id }));
    accepted(await sales.close({ sale: 'spring' }));
    assert.deepEqual(await shop.inside('tea'), { available: 80 });
    assert.deepEqual(await shop.inside(TEA), { sold: 70 });
    await tidied();
    const sale = (await sales.sale('spring'))!;
    assert.equal(sale.state, 'SETTLED');
    assert.equal(sale.items[0]!.sold, 70);
  });

  it('gives home what is released after its end, and is settled only then', async () => {
    await opened();
    accepted(await buy('ann', 2, {}));
    const late = accepted(await buy('bob', 3));
    accepted(await sales.close({ sale: 'spring' }));
    await tidied();
    assert.equal(await state(), 'CLOSED');
    assert.deepEqual(await shop.inside('tea'), { available: 145 });
    accepted(await uses.orders.paid({ order: late.id }));
    shop.time.passMs(15 * MINUTE);
    await tidied();
    assert.deepEqual(await shop.inside('tea'), { available: 147 });
    for (let looks = 0; looks < 30 && (await state()) !== 'SETTLED'; looks += 1) {
      shop.time.passMs(MINUTE);
      await tidied();
    }
    assert.equal(await state(), 'SETTLED');
    assert.equal((await sales.sale('spring'))!.items[0]!.sold, 3);
  });

  it('gives a unit that comes back while it is open to the next buyer in it', async () => {
    await opened();
    const order = accepted(await buy('ann', 100));
    refused(await buy('bob'), 'insufficient-stock');
    accepted(await uses.orders.cancel({ order: order.id }));
    accepted(await buy('bob'));
    assert.deepEqual(await shop.inside(TEA), { available: 99, held: 1 });
  });

  it('can be called off, armed or drafted', async () => {
    await armed();
    accepted(await sales.close({ sale: 'spring' }));
    assert.deepEqual(await shop.inside('tea'), { available: 150 });
    accepted(await sales.create({ ...draft(), sale: 'autumn' }));
    accepted(await sales.close({ sale: 'autumn' }));
    await tidied();
    assert.deepEqual(
      sales.all().map(({ sale, state }) => [sale, state]),
      [
        ['autumn', 'SETTLED'],
        ['spring', 'SETTLED'],
      ],
    );
  });

  it('takes up the pool of a sale of before that is over', async () => {
    await armed();
    accepted(await sales.close({ sale: 'spring' }));
    const again = { ...draft(), sale: 'summer', items: [{ from: 'tea', quantity: 10, pool: TEA }] };
    accepted(await sales.create(again));
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
    const opensAtMs = soon(MINUTE);
    const items = [{ from: 'tea', quantity: 40 }];
    accepted(await sales.put(draft({ items, opensAtMs })));
    shop.time.passMs(MINUTE);
    accepted(await buy('ann'));
    refused(await sales.put(draft({ items, opensAtMs: opensAtMs + 1 })), 'sale-open');
    accepted(await sales.put(draft({ items, opensAtMs, closesAtMs: opensAtMs + MINUTE })));
    shop.time.passMs(MINUTE);
    refused(await buy('bob'), 'sale-closed');
  });

  it('sells at its own prices, whoever says otherwise', async () => {
    const items = [{ from: 'tea', quantity: 100, unitPrice: 250 }];
    await opened({ items, currency: 'EUR' });
    const order = accepted(await buy('ann', 2));
    assert.deepEqual(order.total, { amount: 500, currency: 'EUR' });
    assert.equal(order.sale, 'spring');
    refused(await buy('bob', 1, { unitPrice: 1 }), 'invalid-request');
    accepted(await buy('bob', 1, { unitPrice: 250 }));
  });

  it('answers a repeat as the first time, after it was closed too', async () => {
    await opened();
    const command = { sale: 'spring', buyer: 'ann', lines: [{ pool: 'tea', quantity: 1 }] };
    const first = accepted(await sales.checkout(command, { key: 'one' }));
    accepted(await sales.close({ sale: 'spring' }));
    const again = await sales.checkout(command, { key: 'one' });
    assert.ok(again.ok && again.repeated);
    assert.equal(again.value.id, first.id);
  });

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

describe('limits of a sale', () => {
  const two: Partial<SaleCommand> = { limits: [{ per: 'buyer', quantityMax: 2 }] };

  it('let a buyer at 1 of 2 take 1 more, and not 2', async () => {
    await opened(two);
    accepted(await buy('ann'));
    const details = refused(await buy('ann', 2), 'limit-exceeded').details;
    assert.deepEqual(details, { sale: 'spring', per: 'buyer', quantityMax: 2, remaining: 1 });
    accepted(await buy('ann'));
    refused(await buy('ann'), 'limit-exceeded');
    accepted(await buy('bob', 2));
    assert.deepEqual(await shop.inside(TEA), { available: 96, held: 4 });
  });

  it('grant a part where that is asked for', async () => {
    await opened(two);
    const order = accepted(await buy('ann', 3, { quantityMin: 1 }));
    assert.equal(order.lines[0]!.quantity, 2);
  });

  it('give the allowance back with a cancel and with the end of its time', async () => {
    await opened(two);
    const first = accepted(await buy('ann', 2));
    accepted(await uses.orders.cancel({ order: first.id }));
    accepted(await buy('ann', 2));
    refused(await buy('ann'), 'limit-exceeded');
    shop.time.passMs(15 * MINUTE);
    accepted(await buy('ann', 2));
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
    await opened({ items, limits });
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
    accepted(await buy('ann', 1));
  });

  it('ask who is buying', async () => {
    await opened(two);
    const nobody = { sale: 'spring', lines: [{ pool: 'tea', quantity: 1 }] };
    refused(await sales.checkout(nobody), 'buyer-required');
  });

  it('hold from the moment they are changed', async () => {
    await opened(two);
    accepted(await buy('ann', 2));
    accepted(await sales.put(draft({ limits: [{ per: 'buyer', quantityMax: 3 }] })));
    refused(await buy('ann', 2), 'limit-exceeded');
    accepted(await buy('ann', 1));
  });
});
