// A sale with a waiting list: what comes back goes to those who wait, in order and within the sale's limits, and
// when it closes the rest of the line is told.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SaleCommand } from '../../../src/kernel/sale.ts';
import type { WhenSoldOut } from '../../../src/kernel/sold-out.ts';
import { draft, SALE, SaleShop, TEA } from '../../support/sale-shop.ts';
import { accepted, refused } from '../../support/shop.ts';

const MINUTE = 60_000;
const OFFER_MS = 30_000;
const LIST: WhenSoldOut = { do: 'waiting-list', offerForMs: OFFER_MS };
const PRICED: Partial<SaleCommand> = {
  items: [{ from: 'tea', quantity: 2, unitPrice: 250 }],
  currency: 'EUR',
  limits: [{ per: 'buyer', quantityMax: 1 }],
};

let its: SaleShop;

beforeEach(async () => {
  its = await SaleShop.open();
});

afterEach(() => its.close());

const join = async (buyer: string, quantity = 1) => {
  const { id } = accepted(await its.uses.waiting.join({ pool: TEA, buyer, quantity }));
  await its.uses.waiting.idle();
  return { pool: TEA, waiter: id };
};
const look = async (place: { pool: string; waiter: string }) =>
  (await its.uses.waiting.waiter(place))!;
const cancel = async (order: string) => {
  accepted(await its.uses.orders.cancel({ order }));
  await its.uses.waiting.idle();
};

/** Sold out to ann and bob, each with an unpaid order. */
async function soldOut(more: Partial<SaleCommand> = {}) {
  await its.begin({ ...PRICED, whenSoldOut: LIST, ...more });
  const [ann, bob] = [accepted(await its.buy('ann')), accepted(await its.buy('bob'))];
  return { ann: ann.id, bob: bob.id };
}

describe('a sale with a waiting list', () => {
  it('tells who finds it sold out where to wait, and offers what comes back in order', async () => {
    const { ann, bob } = await soldOut();
    const { details } = refused(await its.buy('cyd'), 'insufficient-stock');
    assert.deepEqual([details.sale, details.waitFor], [SALE, TEA]);
    const [cyd, dan] = [await join('cyd'), await join('dan')];
    assert.equal((await look(dan)).ahead, 1);
    await cancel(ann);
    // Who does not wait gets nothing, though a unit came back.
    refused(await its.buy('eve'), 'insufficient-stock');
    const offer = await look(cyd);
    assert.deepEqual([offer.status, offer.sale, offer.offered], ['OFFERED', SALE, 1]);
    assert.equal(offer.expiresAtMs, its.shop.time.wallMs() + OFFER_MS);
    assert.equal((await look(dan)).status, 'WAITING');
    const order = accepted(await its.uses.waiting.accept(cyd));
    assert.deepEqual([order.sale, order.status], [SALE, 'RESERVED']);
    assert.deepEqual(order.total, { amount: 250, currency: 'EUR' });
    accepted(await its.uses.waiting.leave(dan));
    const again = await join('cyd');
    await cancel(bob);
    assert.equal((await look(again)).reason, 'limit-exceeded');
  });

  it('has no place for whom a unit is there, nor once it is over', async () => {
    await its.begin({ ...PRICED, whenSoldOut: LIST });
    const wait = { pool: TEA, buyer: 'cyd', quantity: 1 };
    refused(await its.uses.waiting.join(wait), 'not-sold-out');
    accepted(await its.buy('ann'));
    refused(await its.uses.waiting.join(wait), 'not-sold-out');
    accepted(await its.buy('bob'));
    accepted(await its.sales.close({ sale: SALE }));
    refused(await its.uses.waiting.join(wait), 'pool-closed');
  });

  it('has no line where it was not given one', async () => {
    await soldOut({ whenSoldOut: { do: 'refuse' } });
    assert.equal(refused(await its.buy('cyd'), 'insufficient-stock').details.waitFor, undefined);
    const wait = { pool: TEA, buyer: 'cyd', quantity: 1 };
    refused(await its.uses.waiting.join(wait), 'pool-in-sale');
  });

  it('passes over who has had as many as the sale allows', async () => {
    const { ann } = await soldOut();
    const [bob, cyd] = [await join('bob'), await join('cyd')];
    await cancel(ann);
    assert.deepEqual(
      [(await look(bob)).status, (await look(bob)).reason],
      ['LEFT', 'limit-exceeded'],
    );
    assert.equal((await look(cyd)).status, 'OFFERED');
  });

  it('sells at its prices and in its channel, whatever the one who takes it says', async () => {
    const { ann } = await soldOut();
    const cyd = await join('cyd');
    await cancel(ann);
    const { waiting } = its.uses;
    refused(await waiting.accept({ ...cyd, unitPrice: 1, currency: 'EUR' }), 'invalid-request');
    refused(await waiting.accept({ ...cyd, channel: 'other' }), 'invalid-request');
    refused(
      await waiting.accept({ ...cyd, total: { amount: 1, currency: 'EUR' } }),
      'invalid-request',
    );
    const order = accepted(await waiting.accept({ ...cyd, unitPrice: 250, currency: 'EUR' }));
    assert.equal(accepted(await its.uses.orders.paid({ order: order.id })).status, 'CONFIRMED');
  });

  it('closes with those who wait told, offers that stand to be taken, and the rest home', async () => {
    const { ann, bob } = await soldOut();
    const [cyd, dan, eve] = [await join('cyd'), await join('dan'), await join('eve')];
    await cancel(ann);
    await cancel(bob);
    assert.deepEqual([(await look(cyd)).status, (await look(dan)).status], ['OFFERED', 'OFFERED']);
    accepted(await its.sales.close({ sale: SALE }));
    await its.uses.waiting.idle();
    assert.deepEqual([(await look(eve)).status, (await look(eve)).reason], ['LEFT', 'sale-closed']);
    const [line] = await its.shop.engine.documents([`line:${TEA}`]);
    assert.equal(line!.state, 'CLOSED');
    const order = accepted(await its.uses.waiting.accept(cyd));
    accepted(await its.uses.orders.paid({ order: order.id }));
    its.shop.time.passMs(OFFER_MS);
    await its.settle();
    assert.equal((await look(dan)).status, 'LAPSED');
    assert.deepEqual(await its.shop.inside('tea'), { available: 149 });
    assert.deepEqual(await its.shop.inside(TEA), { sold: 1 });
    assert.equal((await its.sales.sale(SALE))!.items[0]!.sold, 1);
  });

  it('gives home what came back for the line at once, whoever is there to tell it', async () => {
    const { ann } = await soldOut();
    await join('cyd');
    await its.uses.waiting.close();
    accepted(await its.uses.orders.cancel({ order: ann }));
    assert.deepEqual(await its.shop.inside(TEA), { offered: 1, held: 1 });
    accepted(await its.sales.close({ sale: SALE }));
    assert.deepEqual(await its.shop.inside(TEA), { held: 1 });
    assert.deepEqual(await its.shop.inside('tea'), { available: 149 });
    await its.tidy();
    // Somebody waits who has not been told.
    assert.equal(await its.state(), 'CLOSED');
  });

  it('closes at its time while a unit lies between two of the line', async () => {
    const { ann } = await soldOut({ closesAtMs: its.inFromNow(MINUTE) });
    const places = [await join('cyd'), await join('dan')];
    its.shop.time.passMs(MINUTE - OFFER_MS + 1);
    await cancel(ann);
    assert.equal((await look(places[0]!)).status, 'OFFERED');
    // The offer lapses after the end: its unit goes home, and to nobody who waited.
    its.shop.time.passMs(OFFER_MS);
    await its.settle();
    const states = await Promise.all(places.map(async (place) => (await look(place)).status));
    assert.deepEqual(states, ['LAPSED', 'LEFT']);
  });

  it('lets those who wait keep their place when it has no line any more', async () => {
    const { ann, bob } = await soldOut();
    const cyd = await join('cyd');
    accepted(await its.sales.put(draft({ ...PRICED, whenSoldOut: { do: 'refuse' } })));
    refused(await its.uses.waiting.join({ pool: TEA, buyer: 'dan', quantity: 1 }), 'pool-in-sale');
    await cancel(ann);
    assert.equal((await look(cyd)).status, 'OFFERED');
    await cancel(bob);
    assert.deepEqual(await its.shop.inside(TEA), { available: 1, held: 1 });
    accepted(await its.buy('dan'));
  });

  it('tells a long line in a moment', async () => {
    await soldOut();
    const asked = Array.from({ length: 350 }, (_, index) =>
      its.uses.waiting.join({ pool: TEA, buyer: `w${index}`, quantity: 1 }),
    );
    const places = (await Promise.all(asked)).map((answer) => accepted(answer).id);
    accepted(await its.sales.close({ sale: SALE }));
    await its.uses.waiting.idle();
    for (const waiter of places) assert.equal((await look({ pool: TEA, waiter })).status, 'LEFT');
    await its.settle();
  });
});
