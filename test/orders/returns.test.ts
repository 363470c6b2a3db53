// Returns of orders: no unit is sellable before it passed, none comes back twice, and the order goes on
// with what stays with the buyer.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ReturningShop } from '../support/returning.ts';
import { accepted, refused } from '../support/shop.ts';

let shop: ReturningShop;
beforeEach(async () => {
  shop = await ReturningShop.open();
});
afterEach(() => shop.close());

const tea = (quantity: number) => [{ pool: 'tea', quantity }];
const judged = (quantity: number, verdict: 'sellable' | 'quarantine' | 'write-off') => ({
  pool: 'tea',
  quantity,
  verdict,
});

describe('a return of an order', () => {
  it('goes its way, and is sellable only where it passed', async () => {
    const { returns } = shop;
    const order = await shop.delivered(tea(4));
    const asked = { order, lines: tea(3), reason: 'too many' };
    const { id, status } = accepted(await returns.request(asked));
    assert.equal(status, 'REQUESTED');
    assert.equal(await shop.statusOf(order), 'RETURNING');
    assert.deepEqual(await shop.inside('tea'), { available: 6, sold: 1, returning: 3 });
    const picked = { return: id, carrier: 'picked-up', reference: 'P7' } as const;
    accepted(await returns.carrier(picked));
    accepted(await returns.receive({ return: id, lines: tea(3) }));
    assert.deepEqual(await shop.inside('tea'), { available: 6, sold: 1, inspecting: 3 });
    await shop.assertSound();
    const lines = [judged(1, 'sellable'), judged(1, 'quarantine'), judged(1, 'write-off')];
    const closed = accepted(await returns.inspect({ return: id, lines }));
    assert.deepEqual(await shop.inside('tea'), { available: 7, sold: 1, quarantined: 1 });
    assert.equal(await shop.writtenOff('tea'), 1);
    assert.deepEqual(closed.lines, [
      {
        ...{ line: 0, pool: 'tea', quantity: 3, received: 3 },
        ...{ sellable: 1, quarantined: 1, writtenOff: 1, returning: 0, inspecting: 0 },
      },
    ]);
    assert.deepEqual(
      closed.history.map((step) => step.status),
      ['REQUESTED', 'RETURNING', 'RECEIVED', 'CLOSED'],
    );
    assert.equal(await shop.statusOf(order), 'DELIVERED');
  });

  it('of all of it leaves the order RETURNED', async () => {
    const order = await shop.delivered([...tea(2), { pool: 'cups', quantity: 1 }]);
    const { id } = accepted(await shop.returns.request({ order }));
    const all = [...tea(2), { pool: 'cups', quantity: 1 }];
    accepted(await shop.returns.receive({ return: id, lines: all }));
    const lines = all.map((one) => ({ ...one, verdict: 'sellable' as const }));
    accepted(await shop.returns.inspect({ return: id, lines }));
    assert.equal(await shop.statusOf(order), 'RETURNED');
    assert.deepEqual(await shop.inside('tea'), { available: 10 });
    refused(await shop.returns.request({ order }), 'order-refunded');
  });

  it('is refused where nothing of it was sold, sent or left', async () => {
    const { returns, orders } = shop;
    refused(await returns.request({ order: 'none' }), 'unknown-order');
    refused(await returns.request({ reservation: 'none' }), 'unknown-reservation');
    const { id: unpaid } = accepted(await orders.checkout({ lines: tea(1) }));
    refused(await returns.request({ order: unpaid }), 'order-not-paid');
    accepted(await orders.paid({ order: unpaid }));
    refused(await returns.request({ order: unpaid }), 'order-not-shipped');
    const order = await shop.delivered(tea(2));
    const cups = [{ pool: 'cups', quantity: 1 }];
    refused(await returns.request({ order, lines: cups }), 'return-without-sale');
    const second = [{ line: 1, quantity: 1 }];
    refused(await returns.request({ order, lines: second }), 'return-without-sale');
    refused(await returns.request({ order, lines: tea(3) }), 'quantity-exceeds-sold');
    accepted(await returns.request({ order, lines: tea(2) }));
    refused(await returns.request({ order, lines: tea(1) }), 'quantity-exceeds-sold');
    refused(await returns.request({ order }), 'return-open');
    const held = await shop.shop.hold('tea', 1);
    refused(await returns.request({ reservation: held }), 'not-confirmed');
    const { reservation } = (await orders.order(order))!;
    refused(await returns.request({ reservation: reservation! }), 'belongs-to-order');
  });

  it('names lines by number, where a pool stands on several', async () => {
    const order = await shop.delivered([...tea(2), ...tea(3)]);
    const lines = [{ line: 1, quantity: 2 }];
    const { id, lines: shown } = accepted(await shop.returns.request({ order, lines }));
    assert.deepEqual(shown, [{ line: 1, pool: 'tea', quantity: 2, returning: 2, inspecting: 0 }]);
    const { lines: sold } = (await shop.orders.order(order))!;
    assert.deepEqual(
      sold.map(({ returned = 0 }) => returned),
      [0, 2],
    );
    accepted(await shop.returns.cancel({ return: id, reason: 'keeps them' }));
    assert.deepEqual(await shop.inside('tea'), { available: 5, sold: 5 });
  });

  it('several at once: the order leaves RETURNING with the last', async () => {
    const { returns } = shop;
    const order = await shop.delivered(tea(4));
    const first = accepted(await returns.request({ order, lines: tea(1) })).id;
    const second = accepted(await returns.request({ order, lines: tea(3) })).id;
    assert.deepEqual((await shop.orders.order(order))!.openReturns, [first, second]);
    for (const id of [second, first]) {
      assert.equal(await shop.statusOf(order), 'RETURNING');
      const { lines } = (await returns.return(id))!;
      const all = lines.map(({ line, quantity }) => ({ line, quantity }));
      accepted(await returns.receive({ return: id, lines: all }));
      const verdict = 'sellable' as const;
      accepted(
        await returns.inspect({ return: id, lines: all.map((one) => ({ ...one, verdict })) }),
      );
    }
    assert.equal(await shop.statusOf(order), 'RETURNED');
  });
});

describe('quarantined units', () => {
  it('are sold or written off later, as many as there are', async () => {
    const id = await shop.requested(3);
    const { returns } = shop;
    accepted(await returns.receive({ return: id, lines: tea(3) }));
    accepted(await returns.inspect({ return: id, lines: [judged(3, 'quarantine')] }));
    const pool = 'tea';
    accepted(await returns.releaseQuarantine({ pool, quantity: 1, to: 'available' }));
    refused(
      await returns.releaseQuarantine({ pool, quantity: 3, to: 'available' }),
      'insufficient-stock',
    );
    const gone = { pool, quantity: 2, to: 'written-off', reason: 'broken' } as const;
    accepted(await returns.releaseQuarantine(gone));
    assert.deepEqual(await shop.inside('tea'), { available: 8 });
    assert.equal(await shop.writtenOff('tea'), 2);
  });

  it('of a sale that is over go to where its releases go', async () => {
    accepted(await shop.shop.stock.putPool({ pool: 'flash', product: 'tea' }));
    accepted(await shop.shop.stock.receive({ pool: 'flash', quantity: 5 }));
    const { id } = accepted(
      await shop.orders.checkout({ lines: [{ pool: 'flash', quantity: 2 }] }),
    );
    accepted(await shop.orders.paid({ order: id }));
    accepted(await shop.orders.ship({ order: id }));
    const asked = accepted(await shop.returns.request({ order: id }));
    await shop.shop.closePool('flash', 'tea');
    const lines = [{ pool: 'flash', quantity: 2 }];
    accepted(await shop.returns.receive({ return: asked.id, lines }));
    const passed = lines.map((one) => ({ ...one, verdict: 'sellable' as const }));
    accepted(await shop.returns.inspect({ return: asked.id, lines: passed }));
    assert.deepEqual(await shop.inside('tea'), { available: 12 });
  });
});
