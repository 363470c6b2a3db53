// Waiting lists: what is released goes to those who wait, in order, one offer each, until it is taken.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Orders } from '../../src/orders/orders.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import type { WaitingLists } from '../../src/uses/waiting/waiting-lists.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const OFFER_MS = 120_000;
let shop: Shop;
let uses: Uses;
let orders: Orders;
let lists: WaitingLists;

beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 2 });
  uses = await openUses(shop.stock);
  ({ orders, waiting: lists } = uses);
});

afterEach(async () => {
  await uses.close();
  const report = await verify(shop.engine);
  assert.deepEqual(report.problems, []);
  await shop.stock.close();
});

const join = async (buyer: string, quantity = 1) => {
  const { id } = accepted(await lists.join({ pool: 'tea', buyer, quantity }));
  await lists.idle();
  return { pool: 'tea', waiter: id };
};
const status = async (waiter: { pool: string; waiter: string }) =>
  (await lists.waiter(waiter))!.status;
const settle = async () => {
  await shop.stock.sweep();
  await lists.idle();
};

describe('a line', () => {
  it('gets what is cancelled, in order; who does not wait is refused meanwhile', async () => {
    const [first, second] = [await shop.hold('tea', 1), await shop.hold('tea', 1)];
    const [ann, bob, cid] = [await join('ann'), await join('bob'), await join('cid')];
    assert.deepEqual(
      lists.waiters('tea').map(({ buyer, ahead }) => [buyer, ahead]),
      [
        ['ann', 0],
        ['bob', 1],
        ['cid', 2],
      ],
    );
    accepted(await shop.stock.cancel({ reservation: first }));
    refused(
      await shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }),
      'insufficient-stock',
    );
    await lists.idle();
    assert.deepEqual([await status(ann), await status(bob)], ['OFFERED', 'WAITING']);
    accepted(await shop.stock.cancel({ reservation: second }));
    await lists.idle();
    assert.equal(await status(bob), 'OFFERED');
    assert.equal((await lists.waiter(cid))!.ahead, 0);
    assert.deepEqual(await shop.inside('tea'), { held: 2 });
  });

  it('passes on what lapses and what is refused, and what nobody wants to stock', async () => {
    const held = await shop.hold('tea', 2);
    const [ann, bob, cid] = [await join('ann', 2), await join('bob', 2), await join('cid')];
    accepted(await shop.stock.cancel({ reservation: held }));
    await lists.idle();
    const offer = (await lists.waiter(ann))!;
    assert.equal(offer.offered, 2);
    assert.equal(offer.expiresAtMs, shop.time.wallMs() + OFFER_MS);
    shop.time.passMs(OFFER_MS);
    await settle();
    assert.deepEqual([await status(ann), await status(bob)], ['LAPSED', 'OFFERED']);
    refused(await lists.accept(ann), 'offer-lapsed');
    accepted(await lists.leave(bob));
    await lists.idle();
    assert.deepEqual([await status(bob), await status(cid)], ['LEFT', 'OFFERED']);
    assert.deepEqual(await shop.inside('tea'), { available: 1, held: 1 });
    accepted(await lists.leave(cid));
    await lists.idle();
    assert.deepEqual(await shop.inside('tea'), { available: 2 });
  });

  it('gives an offer of fewer units than were asked for, rather than let them lie', async () => {
    await shop.hold('tea', 1);
    const held = await shop.hold('tea', 1);
    const ann = await join('ann', 3);
    accepted(await shop.stock.cancel({ reservation: held }));
    await lists.idle();
    assert.equal((await lists.waiter(ann))!.offered, 1);
  });

  it('is served from what came in or was left over as well', async () => {
    await shop.hold('tea', 2);
    const ann = await join('ann');
    accepted(await shop.stock.receive({ pool: 'tea', quantity: 5 }));
    await lists.idle();
    assert.equal(await status(ann), 'OFFERED');
    assert.deepEqual(await shop.inside('tea'), { available: 4, held: 3 });
    const bob = await join('bob', 2);
    assert.equal(await status(bob), 'OFFERED');
  });

  it('closes when the last one leaves, in the same step', async () => {
    const held = await shop.hold('tea', 2);
    const ann = await join('ann');
    const [before] = await shop.engine.documents(['pool:tea']);
    assert.equal(before!.releaseTo, 'tea/offered');
    accepted(await lists.leave(ann));
    const [entry] = await shop.engine.entries({
      after: shop.engine.health().position - 1,
      limit: 1,
    });
    assert.deepEqual(
      entry!.documents.map(({ kind, state }) => [kind, state]),
      [
        ['waiter', 'LEFT'],
        ['pool', 'OPEN'],
        ['line', 'CLOSED'],
      ],
    );
    accepted(await shop.stock.cancel({ reservation: held }));
    assert.deepEqual(await shop.inside('tea'), { available: 2 });
  });

  it('has a place for a buyer once, and again after it is over', async () => {
    await shop.hold('tea', 2);
    const ann = await join('ann');
    const command = { pool: 'tea', buyer: 'ann', quantity: 1 };
    refused(await lists.join(command), 'already-waiting');
    accepted(await lists.leave(ann));
    refused(await lists.leave(ann), 'left-line');
    accepted(await lists.join(command));
    refused(await lists.join({ ...command, pool: 'none' }), 'unknown-pool');
    refused(await lists.leave({ ...ann, pool: 'cups' }), 'unknown-waiter');
  });

  it('passes over who may not have any', async () => {
    accepted(
      await shop.stock.putLimit({ limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 }),
    );
    const held = await shop.hold('tea', 1, 60_000, 'cid');
    accepted(await shop.stock.confirm({ reservation: await shop.hold('tea', 1, 60_000, 'ann') }));
    const [ann, bob] = [await join('ann'), await join('bob')];
    accepted(await shop.stock.cancel({ reservation: held }));
    await lists.idle();
    assert.deepEqual([await status(ann), await status(bob)], ['LEFT', 'OFFERED']);
    assert.equal((await lists.waiter(ann))!.reason, 'limit-exceeded');
  });

  it('of a hundred gets fifty units, one each, in order, whoever comes at once', async () => {
    accepted(await shop.stock.receive({ pool: 'tea', quantity: 48 }));
    const held: string[] = [];
    for (let count = 0; count < 50; count += 1) held.push(await shop.hold('tea', 1));
    const joined = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        lists.join({ pool: 'tea', buyer: `b${index}`, quantity: 1 }),
      ),
    );
    const ids = joined.map((answer) => accepted(answer).id);
    const others = held.map((reservation, index) =>
      index % 2 === 0
        ? shop.stock.cancel({ reservation })
        : shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }),
    );
    await Promise.all([
      ...others,
      ...held.map((reservation) => shop.stock.cancel({ reservation })),
    ]);
    await lists.idle();
    const states = await Promise.all(ids.map((waiter) => status({ pool: 'tea', waiter })));
    const offered = ids.filter((_, index) => states[index] === 'OFFERED').sort();
    assert.equal(offered.length, 50);
    assert.deepEqual(offered, [...ids].sort().slice(0, 50));
    assert.deepEqual(await shop.inside('tea'), { held: 50 });
  });
});

describe('an offer', () => {
  const offered = async () => {
    const held = await shop.hold('tea', 2);
    const ann = await join('ann', 2);
    refused(await lists.accept(ann), 'not-offered');
    accepted(await shop.stock.cancel({ reservation: held }));
    await lists.idle();
    return ann;
  };

  it('is taken as an order, with the time that orders have', async () => {
    const ann = await offered();
    const order = accepted(await lists.accept({ ...ann, unitPrice: 300, currency: 'EUR' }));
    assert.equal(order.status, 'RESERVED');
    assert.deepEqual(order.total, { amount: 600, currency: 'EUR' });
    assert.equal(order.expiresAtMs, shop.time.wallMs() + 15 * 60_000);
    assert.equal(await status(ann), 'TAKEN');
    refused(await lists.accept(ann), 'offer-taken');
    assert.equal(accepted(await orders.paid({ order: order.id })).status, 'CONFIRMED');
    assert.deepEqual(await shop.inside('tea'), { sold: 2 });
  });

  it('is taken by an ordinary confirm, and given up by an ordinary cancel', async () => {
    const ann = await offered();
    const { reservation } = (await lists.waiter(ann))!;
    accepted(await shop.stock.confirm({ reservation: reservation! }));
    assert.equal(await status(ann), 'TAKEN');
    const bob = await join('bob');
    const lines = [{ pool: 'tea', quantity: 1 }];
    accepted(await shop.stock.return({ reservation: reservation!, lines }));
    await lists.idle();
    const next = (await lists.waiter(bob))!;
    accepted(await shop.stock.cancel({ reservation: next.reservation! }));
    assert.equal(await status(bob), 'LEFT');
  });

  it('cannot be kept longer than it stands', async () => {
    const ann = await offered();
    const { reservation } = (await lists.waiter(ann))!;
    const longer = { reservation: reservation!, holdForMs: 3_600_000 };
    refused(await shop.stock.extend(longer), 'extension-cap');
  });
});
