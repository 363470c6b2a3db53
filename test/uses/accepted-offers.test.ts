// An offer that is taken as an order counts as any other order of its buyer: under the channel's word for
// orders in progress, and with vouchers.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const PRICED = { unitPrice: 300, currency: 'EUR' };
let shop: Shop;
let uses: Uses;

beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 2, cup: 5 });
  uses = await openUses(shop.stock);
});

afterEach(async () => {
  await uses.close();
  const report = await verify(shop.engine);
  assert.deepEqual(report.problems, []);
  await shop.stock.close();
});

/** Ann waits for two units, and is offered them. */
const offered = async () => {
  const held = await shop.hold('tea', 2);
  const { id: waiter } = accepted(
    await uses.waiting.join({ pool: 'tea', buyer: 'ann', quantity: 2 }),
  );
  accepted(await shop.stock.cancel({ reservation: held }));
  await uses.waiting.idle();
  return { pool: 'tea', waiter };
};
const policy = async (channel: string, inProgress: 'one' | 'latest') =>
  accepted(await uses.orders.putPolicy({ channel, inProgress }));
const order = async (channel: string) => {
  const lines = [{ pool: 'cup', quantity: 1 }];
  return uses.orders.checkout({ lines, buyer: 'ann', channel });
};
const statusOf = async (id: string) => (await uses.orders.order(id))!.status;

describe('one order in progress', () => {
  it('refuses an offer while there is another, and another once it is taken', async () => {
    await policy('web', 'one');
    const place = await offered();
    const { id: first } = accepted(await order('web'));
    refused(await uses.waiting.accept({ ...place, channel: 'web' }), 'order-in-progress');
    accepted(await uses.orders.cancel({ order: first }));
    const { id } = accepted(await uses.waiting.accept({ ...place, channel: 'web' }));
    refused(await order('web'), 'order-in-progress');
    accepted(await uses.orders.paid({ order: id }));
    accepted(await order('web'));
  });
});

describe('the latest order in progress', () => {
  it('is the one that an offer becomes; what was before it ends in the same step', async () => {
    await policy('app', 'latest');
    const place = await offered();
    const { id: first } = accepted(await order('app'));
    const before = shop.engine.health().position;
    const made = accepted(await uses.waiting.accept({ ...place, channel: 'app' }));
    assert.equal(shop.engine.health().position, before + 1);
    assert.deepEqual(made.lines, [{ pool: 'tea', quantity: 2 }]);
    assert.equal((await uses.orders.order(first))!.supersededBy, made.id);
    assert.deepEqual(await shop.inside('cup'), { available: 5 });
    accepted(await order('app'));
    assert.equal(await statusOf(made.id), 'CANCELLED');
    assert.deepEqual(await shop.inside('tea'), { available: 2 });
  });

  it('is answered again under the same key', async () => {
    await policy('app', 'latest');
    const place = { ...(await offered()), channel: 'app' };
    accepted(await order('app'));
    const made = accepted(await uses.waiting.accept(place, { key: 'k' }));
    const again = await uses.waiting.accept(place, { key: 'k' });
    assert.deepEqual([again.ok && again.repeated, accepted(again).id], [true, made.id]);
    const none = { ...place, waiter: made.id };
    refused(await uses.waiting.accept(none), 'unknown-waiter');
  });
});

describe('vouchers', () => {
  beforeEach(async () => {
    const discount = { amount: { amount: 100, currency: 'EUR' } };
    const { campaigns } = uses.orders.vouchers;
    accepted(await campaigns.put({ campaign: 'spring', discount, usesPerBuyer: 1 }));
    await campaigns.import('spring', ['ONE', 'TWO']);
  });
  const counts = async () => {
    const { held, redeemed } = (await uses.orders.vouchers.campaigns.campaign('spring'))!;
    return [held, redeemed];
  };

  it('are held with it, and redeemed once it is paid', async () => {
    const place = await offered();
    const taken = { ...place, ...PRICED, vouchers: ['one'] };
    const made = accepted(await uses.waiting.accept(taken));
    assert.deepEqual(made.total, { amount: 500, currency: 'EUR' });
    assert.deepEqual(await counts(), [1, 0]);
    accepted(await uses.orders.paid({ order: made.id }));
    assert.deepEqual(await counts(), [0, 1]);
    const found = (await uses.orders.vouchers.voucher('ONE'))!;
    assert.deepEqual(
      found.orders.map(({ id }) => id),
      [made.id],
    );
  });

  it('are free again when its time is over', async () => {
    const place = await offered();
    accepted(await uses.waiting.accept({ ...place, ...PRICED, vouchers: ['one'] }));
    shop.time.passMs(16 * 60_000);
    await shop.stock.sweep();
    assert.deepEqual(await counts(), [0, 0]);
  });

  it('refuse it where they may not be had, and the offer stands', async () => {
    const place = await offered();
    const lines = [{ pool: 'cup', quantity: 1, unitPrice: 300 }];
    const other = { lines, currency: 'EUR', buyer: 'ann', vouchers: ['two'] };
    accepted(await uses.orders.checkout(other));
    const taken = { ...place, ...PRICED, vouchers: ['one'] };
    refused(await uses.waiting.accept(taken), 'voucher-limit');
    refused(await uses.waiting.accept({ ...taken, vouchers: ['none'] }), 'unknown-voucher');
    assert.equal((await uses.waiting.waiter(place))!.status, 'OFFERED');
    accepted(await uses.waiting.accept(place));
  });
});
