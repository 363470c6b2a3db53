// Orders and returns of a pool that is sold in segments name the pool alone, and their units are those of any
// other.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openUses } from '../../src/uses/open-uses.ts';
import type { WaitingLists } from '../../src/uses/waiting/waiting-lists.ts';
import { ReturningShop } from '../support/returning.ts';
import { accepted, refused } from '../support/shop.ts';

let shop: ReturningShop;
beforeEach(async () => {
  shop = await ReturningShop.open([]);
  await shop.shop.fill({ tea: 10 }, { segments: 4 });
});
afterEach(() => shop.close());

const tea = (quantity: number) => [{ pool: 'tea', quantity }];

describe('an order of a segmented pool', () => {
  it('is checked out, paid and cancelled', async () => {
    const { orders } = shop;
    const { id, lines } = accepted(await orders.checkout({ lines: tea(7) }));
    assert.deepEqual(lines, tea(7));
    refused(await orders.checkout({ lines: tea(4) }), 'insufficient-stock');
    const paid = accepted(await orders.paid({ order: id }));
    assert.deepEqual(paid.lines, [{ pool: 'tea', quantity: 7, confirmed: 7 }]);
    assert.deepEqual(await shop.inside('tea'), { available: 3, sold: 7 });
    accepted(await orders.cancel({ order: id }));
    assert.deepEqual(await shop.inside('tea'), { available: 10 });
  });

  it('has its units taken on payment where the channel says so', async () => {
    const { orders } = shop;
    accepted(await orders.putPolicy({ channel: 'later', deduct: 'on-payment' }));
    const order = accepted(await orders.checkout({ lines: tea(9), channel: 'later' })).id;
    const { lines } = accepted(await orders.paid({ order }));
    assert.deepEqual(lines, [{ pool: 'tea', quantity: 9, confirmed: 9 }]);
    assert.deepEqual(await shop.inside('tea'), { available: 1, sold: 9 });
  });

  it('that is paid late takes its units again, in whatever segments they are', async () => {
    const { orders } = shop;
    const cart = { lines: tea(6), holdForMs: 1_000 };
    const { id: order } = accepted(await orders.checkout(cart));
    shop.shop.time.passMs(1_000);
    await shop.shop.stock.sweep();
    accepted(await orders.checkout({ lines: tea(4) }));
    assert.equal(accepted(await orders.paid({ order })).status, 'CONFIRMED');
    assert.deepEqual(await shop.inside('tea'), { held: 4, sold: 6 });
  });
});

describe('a return to a segmented pool', () => {
  it('goes its way by the name of the pool', async () => {
    const { returns } = shop;
    const order = await shop.delivered(tea(6));
    const asked = { order, lines: tea(4) };
    const { id, lines } = accepted(await returns.request(asked));
    assert.equal(lines[0]!.pool, 'tea');
    const [found] = (await returns.search({ pool: 'tea' })).returns;
    assert.equal(found!.id, id);
    accepted(await returns.receive({ return: id, lines: tea(4) }));
    const judged = [
      { pool: 'tea', quantity: 2, verdict: 'quarantine' as const },
      { pool: 'tea', quantity: 2, verdict: 'sellable' as const },
    ];
    accepted(await returns.inspect({ return: id, lines: judged }));
    assert.deepEqual(await shop.inside('tea'), { available: 6, sold: 2, quarantined: 2 });
    const release = { pool: 'tea', quantity: 2, to: 'available' as const };
    assert.equal(accepted(await returns.releaseQuarantine(release)).quantity, 2);
    assert.deepEqual(await shop.inside('tea'), { available: 8, sold: 2 });
    refused(await returns.releaseQuarantine(release), 'insufficient-stock');
  });
});

describe('a waiting list', () => {
  it('does not go together with segments, whichever comes first', async () => {
    const { stock } = shop.shop;
    const uses = await openUses(stock);
    const lists: WaitingLists = uses.waiting;
    refused(await lists.join({ pool: 'tea', buyer: 'ann', quantity: 1 }), 'pool-segmented');
    accepted(await stock.putPool({ pool: 'cups' }));
    accepted(await lists.join({ pool: 'cups', buyer: 'ann', quantity: 1 }));
    refused(await stock.putPool({ pool: 'cups', segments: 2 }), 'pool-segmented');
    await uses.close();
  });
});
