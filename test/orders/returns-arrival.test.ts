// What arrives at the dock, whatever was announced, and what carriers tell: every unit stays counted, and
// what was not sold there is no stock.

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
const judged = (quantity: number, verdict: 'sellable') => ({ pool: 'tea', quantity, verdict });

describe('what arrives is not what was announced', () => {
  it('fewer: the rest stays on its way until somebody closes it', async () => {
    const { returns } = shop;
    const id = await shop.requested(3);
    accepted(await returns.receive({ return: id, lines: tea(1) }));
    accepted(await returns.inspect({ return: id, lines: [judged(1, 'sellable')] }));
    assert.deepEqual(await shop.inside('tea'), { available: 8, returning: 2 });
    accepted(await returns.receive({ return: id, lines: tea(1) }));
    refused(await returns.close({ return: id }), 'return-not-inspected');
    accepted(await returns.inspect({ return: id, lines: [judged(1, 'sellable')] }));
    const closed = accepted(await returns.close({ return: id, missing: 'sold' }));
    assert.equal(closed.lines[0]!.kept, 1);
    assert.equal(closed.refundWanted!.amount, 1_000);
    assert.deepEqual(await shop.inside('tea'), { available: 9, sold: 1 });
    assert.equal(await shop.statusOf(closed.order!), 'DELIVERED');
  });

  it('never: written off, and the buyer has the money back', async () => {
    const id = await shop.requested(3);
    const closed = accepted(await shop.returns.close({ return: id, missing: 'written-off' }));
    assert.equal(closed.lines[0]!.lost, 3);
    assert.equal(closed.refundWanted!.amount, 1_500);
    assert.equal(await shop.writtenOff('tea'), 3);
    assert.equal(await shop.statusOf(closed.order!), 'RETURNED');
  });

  it('more: what the sale still has is taken too, what it has not is no stock', async () => {
    const { returns } = shop;
    const id = await shop.requested(1);
    const arrived = accepted(await returns.receive({ return: id, lines: tea(5) }));
    assert.deepEqual(arrived.lines, [
      { line: 0, pool: 'tea', quantity: 3, received: 3, returning: 0, inspecting: 3 },
    ]);
    assert.deepEqual(arrived.unmatched, [{ pool: 'tea', quantity: 2 }]);
    assert.deepEqual(await shop.inside('tea'), { available: 7, inspecting: 3 });
  });

  it('another item: of the sale it is taken, else it is no stock and waits for a person', async () => {
    const { returns } = shop;
    const order = await shop.delivered([...tea(1), { pool: 'cups', quantity: 2 }]);
    const { id } = accepted(await returns.request({ order, lines: tea(1) }));
    const cups = accepted(
      await returns.receive({ return: id, lines: [{ pool: 'cups', quantity: 1 }] }),
    );
    assert.equal(cups.status, 'RECEIVED');
    assert.deepEqual(
      cups.lines.map(({ pool, returning, inspecting }) => [pool, returning, inspecting]),
      [
        ['tea', 1, 0],
        ['cups', 0, 1],
      ],
    );
    const hats = [{ pool: 'hats', quantity: 1 }];
    const { unmatched } = accepted(await returns.receive({ return: id, lines: hats }));
    assert.deepEqual(unmatched, hats);
    refused(
      await returns.inspect({ return: id, lines: [{ ...hats[0]!, verdict: 'sellable' }] }),
      'quantity-exceeds-received',
    );
  });

  it('nothing of it: it waits as before', async () => {
    const id = await shop.requested(2);
    const hats = [{ pool: 'hats', quantity: 1 }];
    const shown = accepted(await shop.returns.receive({ return: id, lines: hats }));
    assert.equal(shown.status, 'REQUESTED');
    accepted(await shop.returns.cancel({ return: id }));
  });
});

describe('the carrier', () => {
  it('who cannot deliver an order brings all of it back', async () => {
    for (const carrier of ['not-reachable', 'refused'] as const) {
      const order = await shop.shipped(tea(2));
      const told = { order, carrier, atMs: 5, reference: 'P1' };
      const { id, status, lines } = accepted(await shop.returns.deliveryFailed(told));
      assert.equal(status, 'RETURNING');
      assert.equal(lines[0]!.returning, 2);
      refused(await shop.returns.deliveryFailed(told), 'return-open');
      accepted(await shop.returns.cancel({ return: id, reason: 'delivered at last' }));
      assert.equal(await shop.statusOf(order), 'DELIVERED');
      refused(await shop.returns.deliveryFailed(told), 'order-delivered');
    }
  });

  it('who lost it ends it for what has not arrived', async () => {
    const id = await shop.requested(3);
    const { returns } = shop;
    accepted(await returns.receive({ return: id, lines: tea(1) }));
    const lost = { return: id, carrier: 'lost' } as const;
    assert.equal(accepted(await returns.carrier(lost)).status, 'RECEIVED');
    refused(await returns.carrier(lost), 'return-received');
    const closed = accepted(await returns.inspect({ return: id, lines: [judged(1, 'sellable')] }));
    assert.equal(closed.status, 'CLOSED');
    assert.equal(closed.refundWanted!.amount, 1_500);
    assert.deepEqual(await shop.inside('tea'), { available: 8 });
    assert.equal(await shop.writtenOff('tea'), 2);
  });

  it('tells more than once, and what is told is kept', async () => {
    const id = await shop.requested(1);
    for (const carrier of ['not-reachable', 'picked-up', 'refused'] as const) {
      accepted(await shop.returns.carrier({ return: id, carrier, atMs: 7 }));
    }
    const shown = (await shop.returns.return(id))!;
    assert.deepEqual(
      shown.carrier!.map(({ event }) => event),
      ['not-reachable', 'picked-up', 'refused'],
    );
    assert.equal(shown.status, 'RETURNING');
  });
});
