// Checkout: the order and the units it is for come and go together, whoever ends them.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Orders } from '../../src/orders/orders.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

let shop: Shop;
let uses: Uses;
let orders: Orders;

beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 5, cups: 2 });
  uses = await openUses(shop.stock);
  orders = uses.orders;
});

afterEach(async () => {
  const report = await verify(shop.engine);
  assert.deepEqual(report.problems, []);
  await uses.close();
  await shop.stock.close();
});

const line = (pool: string, quantity: number, unitPrice?: number) =>
  unitPrice === undefined ? { pool, quantity } : { pool, quantity, unitPrice };

describe('checkout', () => {
  it('holds the units and says RESERVED in one step', async () => {
    const lines = [line('tea', 2, 450), line('cups', 1, 1_200)];
    const order = accepted(await orders.checkout({ lines, currency: 'EUR', buyer: 'ann' }));
    assert.equal(order.status, 'RESERVED');
    assert.deepEqual(order.total, { amount: 2_100, currency: 'EUR' });
    assert.deepEqual(await shop.inside('tea'), { available: 3, held: 2 });
    assert.deepEqual(
      order.history.map(({ status }) => status),
      ['RESERVED'],
    );
    const entries = await shop.engine.entries({ after: 0, limit: 100 });
    const last = entries.at(-1)!;
    assert.deepEqual(
      last.documents.map(({ kind }) => kind),
      ['reservation', 'order'],
    );
  });

  it('takes prices as high as they can be added up exactly, and no higher', async () => {
    // The largest line of a real year: 80,995 at 2.08.
    accepted(await orders.checkout({ lines: [line('tea', 1, 16_846_960)], currency: 'GBP' }));
    const more = { lines: [line('tea', 2, 90_071_993)], currency: 'GBP' };
    refused(await orders.checkout(more), 'invalid-request');
  });

  it('refuses all of it when one line is short', async () => {
    const command = { lines: [line('tea', 2), line('cups', 3)] };
    refused(await orders.checkout(command), 'insufficient-stock');
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });

  it('expires with its units, by whoever needs them first', async () => {
    const order = accepted(await orders.checkout({ lines: [line('cups', 2)], holdForMs: 60_000 }));
    shop.time.passMs(60_000);
    assert.equal((await orders.order(order.id))!.status, 'EXPIRED');
    accepted(await orders.checkout({ lines: [line('cups', 2)] }));
    const shown = (await orders.order(order.id))!;
    assert.deepEqual(
      shown.history.map(({ status }) => status),
      ['RESERVED', 'EXPIRED'],
    );
    refused(await orders.cancel({ order: order.id }), 'order-expired');
  });

  it('expires with its units when they are tidied up', async () => {
    const { id } = accepted(await orders.checkout({ lines: [line('cups', 2)], holdForMs: 1_000 }));
    shop.time.passMs(1_000);
    assert.equal(await shop.stock.sweep(), 1);
    const [document] = await shop.engine.documents([id]);
    assert.equal(document!.state, 'EXPIRED');
    assert.equal(document!.final, true);
  });

  it('cancelled ten times at once gives the units back once', async () => {
    const { id } = accepted(await orders.checkout({ lines: [line('tea', 2)] }));
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => orders.cancel({ order: id, reason: 'changed my mind' })),
    );
    assert.equal(answers.filter(({ ok }) => ok).length, 1);
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });

  it('leaves its reservation to the order alone', async () => {
    const order = accepted(await orders.checkout({ lines: [line('tea', 2)] }));
    const reservation = order.reservation!;
    const { stock } = shop;
    refused(await stock.confirm({ reservation }), 'belongs-to-order');
    refused(await stock.cancel({ reservation }), 'belongs-to-order');
    refused(await stock.extend({ reservation, holdForMs: 5_000 }), 'belongs-to-order');
    const lines = [line('tea', 1)];
    refused(await stock.change({ reservation, lines }), 'belongs-to-order');
    refused(await stock.return({ reservation, lines }), 'belongs-to-order');
  });

  it('takes effect once under one key', async () => {
    const command = { lines: [line('tea', 2)] };
    const first = accepted(await orders.checkout(command, { key: 'k' }));
    const again = await orders.checkout(command, { key: 'k' });
    assert.ok(again.ok && again.repeated);
    assert.equal(again.value.id, first.id);
    refused(await orders.checkout({ lines: [line('tea', 1)] }, { key: 'k' }), 'key-reused');
  });

  it('one in progress: another is refused until the first ends, however it ends', async () => {
    accepted(await orders.putPolicy({ channel: 'default', inProgress: 'one' }));
    const command = { lines: [line('tea', 1)], buyer: 'ann', holdForMs: 60_000 };
    const first = accepted(await orders.checkout(command));
    refused(await orders.checkout(command), 'order-in-progress');
    accepted(await orders.checkout({ ...command, buyer: 'bob' }));
    accepted(await orders.cancel({ order: first.id }));
    accepted(await orders.checkout(command));
    shop.time.passMs(60_000);
    accepted(await orders.checkout(command));
  });

  it('one in progress counts where units are taken on payment, too', async () => {
    const policy = { channel: 'later', deduct: 'on-payment', inProgress: 'one' } as const;
    accepted(await orders.putPolicy(policy));
    const command = { lines: [line('tea', 1)], buyer: 'ann', channel: 'later' };
    const first = accepted(await orders.checkout(command));
    refused(await orders.checkout(command), 'order-in-progress');
    accepted(await orders.paid({ order: first.id }));
    const second = accepted(await orders.checkout(command));
    accepted(await orders.cancel({ order: second.id }));
    accepted(await orders.checkout(command));
    shop.time.passMs(15 * 60_000);
    accepted(await orders.checkout(command));
    accepted(await orders.putPolicy({ ...policy, inProgress: 'latest' }));
    const latest = accepted(await orders.checkout(command));
    assert.equal(
      (await orders.search({ buyer: 'ann', status: 'PENDING' })).orders[0]!.id,
      latest.id,
    );
  });

  it('one that was in progress is paid late: what counted only until then is not taken again', async () => {
    accepted(await orders.putPolicy({ channel: 'default', inProgress: 'one' }));
    const command = { lines: [line('tea', 1)], buyer: 'ann', holdForMs: 60_000 };
    const { id } = accepted(await orders.checkout(command));
    shop.time.passMs(60_000);
    accepted(await orders.checkout(command));
    assert.equal(accepted(await orders.paid({ order: id })).status, 'CONFIRMED');
    refused(await orders.checkout(command), 'order-in-progress');
  });

  it('the latest in progress takes the place of the one before', async () => {
    accepted(await orders.putPolicy({ channel: 'default', inProgress: 'latest' }));
    const command = { lines: [line('tea', 5)], buyer: 'ann' };
    const first = accepted(await orders.checkout(command));
    const second = accepted(await orders.checkout(command));
    const replaced = (await orders.order(first.id))!;
    assert.equal(replaced.status, 'CANCELLED');
    assert.equal(replaced.supersededBy, second.id);
    assert.deepEqual(await shop.inside('tea'), { held: 5 });
  });

  it('deducts on payment where the channel says so: nothing is held', async () => {
    accepted(await orders.putPolicy({ channel: 'later', deduct: 'on-payment' }));
    const order = accepted(await orders.checkout({ lines: [line('tea', 5)], channel: 'later' }));
    assert.equal(order.status, 'PENDING');
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
    shop.time.passMs(15 * 60_000);
    assert.equal((await orders.order(order.id))!.status, 'EXPIRED');
    await shop.stock.sweep();
    assert.equal((await orders.order(order.id))!.status, 'EXPIRED');
  });
});

describe('an order that is paid', () => {
  const of = (pool: string, quantity: number) => ({ lines: [line(pool, quantity)] });

  it('has its units sold in the same step, and goes its way', async () => {
    const { id } = accepted(await orders.checkout(of('tea', 2)));
    refused(await orders.ship({ order: id }), 'order-not-paid');
    assert.equal(accepted(await orders.paid({ order: id })).status, 'CONFIRMED');
    assert.deepEqual(await shop.inside('tea'), { available: 3, sold: 2 });
    accepted(await orders.pack({ order: id }));
    accepted(await orders.ship({ order: id, reference: 'parcel 7' }));
    refused(await orders.cancel({ order: id }), 'order-shipped');
    const shown = accepted(await orders.deliver({ order: id }));
    assert.deepEqual(
      shown.history.map(({ status }) => status),
      ['RESERVED', 'CONFIRMED', 'PACKED', 'SHIPPED', 'DELIVERED'],
    );
  });

  it('late takes its units again where they are there, and is refused where they are gone', async () => {
    const first = accepted(await orders.checkout({ ...of('cups', 2), holdForMs: 1_000 }));
    const second = accepted(await orders.checkout({ ...of('tea', 5), holdForMs: 1_000 }));
    shop.time.passMs(1_000);
    await shop.stock.sweep();
    accepted(await orders.checkout(of('tea', 1)));
    assert.equal(accepted(await orders.paid({ order: first.id })).status, 'CONFIRMED');
    refused(await orders.paid({ order: second.id }), 'insufficient-stock');
    assert.deepEqual(await shop.inside('cups'), { sold: 2 });
    assert.deepEqual(await shop.inside('tea'), { available: 4, held: 1 });
  });

  it('takes its units on payment where the channel says so', async () => {
    accepted(await orders.putPolicy({ channel: 'later', deduct: 'on-payment' }));
    const { id } = accepted(await orders.checkout({ ...of('tea', 5), channel: 'later' }));
    const shown = accepted(await orders.paid({ order: id }));
    assert.equal(shown.status, 'CONFIRMED');
    assert.deepEqual(shown.lines, [{ pool: 'tea', quantity: 5, confirmed: 5 }]);
    assert.deepEqual(await shop.inside('tea'), { sold: 5 });
  });

  it('and cancelled before it is shipped has its units back and its money on the way', async () => {
    const { id } = accepted(await orders.checkout(of('tea', 2)));
    accepted(await orders.paid({ order: id }));
    assert.equal(accepted(await orders.cancel({ order: id })).status, 'REFUNDING');
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
  });
});
