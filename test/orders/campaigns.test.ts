// What a campaign says of its vouchers, and what is told of each code afterwards.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused } from '../support/shop.ts';
import { EUR, VoucherShop } from './voucher-shop.ts';

let at: VoucherShop;

beforeEach(async () => {
  at = await VoucherShop.open();
});

afterEach(async () => {
  const report = await verify(at.shop.engine);
  assert.deepEqual(report.problems, []);
  await at.close();
});

describe('a campaign says', () => {
  it('how often a code may be used, and all of them, and by one buyer', async () => {
    await at.campaign({ usesPerCode: 3, usesMax: 4, usesPerBuyer: 2 }, ['ONE', 'TWO', 'THREE']);
    const use = (code: string, buyer: string) => at.checkout({ vouchers: [code], buyer });
    refused(await at.checkout({ vouchers: ['ONE'] }), 'buyer-required');
    accepted(await use('ONE', 'ann'));
    const second = accepted(await use('ONE', 'ann'));
    refused(await use('TWO', 'ann'), 'voucher-limit');
    accepted(await use('ONE', 'bob'));
    refused(await use('ONE', 'cat'), 'voucher-used-up');
    accepted(await use('TWO', 'cat'));
    refused(await use('THREE', 'dan'), 'campaign-used-up');
    accepted(await at.orders.cancel({ order: second.id }));
    accepted(await use('THREE', 'dan'));
  });

  it('from when until when', async () => {
    const nowMs = at.shop.engine.clock().nowMs;
    await at.campaign({ validFromMs: nowMs + 1_000, validUntilMs: nowMs + 2_000, usesPerCode: 9 });
    refused(await at.checkout(), 'voucher-not-valid-yet');
    at.shop.time.passMs(1_000);
    const order = await at.ordered();
    at.shop.time.passMs(1_000);
    refused(await at.checkout(), 'voucher-expired');
    accepted(await at.orders.paid({ order }));
  });

  it('whether it runs: paused, and ended for good', async () => {
    await at.campaign({ usesPerCode: 9 });
    const put = (state: 'ACTIVE' | 'PAUSED' | 'ENDED') => at.campaign({ usesPerCode: 9, state });
    await put('PAUSED');
    refused(await at.checkout(), 'voucher-not-applicable');
    await put('ACTIVE');
    await at.ordered();
    await put('ENDED');
    refused(await at.checkout(), 'voucher-expired');
    const { campaigns } = at.vouchers;
    const command = { campaign: 'summer', discount: { basisPoints: 1 }, state: 'ACTIVE' } as const;
    refused(await campaigns.put(command), 'campaign-ended');
    refused(await campaigns.issue({ campaign: 'summer', count: 1 }), 'campaign-ended');
  });

  it('for which orders', async () => {
    await at.campaign({ minTotal: { amount: 2_000, currency: EUR }, usesPerCode: 9 });
    await at.ordered();
    const cheap = [{ pool: 'tea', quantity: 1, unitPrice: 1_999 }];
    refused(await at.checkout({ lines: cheap }), 'voucher-not-applicable');
    refused(await at.checkout({ currency: 'USD' }), 'voucher-not-applicable');
    const unpriced = { lines: [{ pool: 'tea', quantity: 1 }], vouchers: ['SUMMER'] };
    refused(await at.orders.checkout(unpriced), 'voucher-not-applicable');
    const total = { amount: 2_500, currency: EUR };
    const order = accepted(await at.orders.checkout({ ...unpriced, total }));
    assert.deepEqual(order.total, { amount: 2_000, currency: EUR });
  });

  it('how much it takes off, never more than the prices', async () => {
    const amountMax = { amount: 300, currency: EUR };
    await at.campaign({ discount: { basisPoints: 1_250 }, usesPerCode: 9 });
    await at.campaign(
      { campaign: 'capped', discount: { basisPoints: 5_000, amountMax }, usesPerCode: 9 },
      ['CAPPED'],
    );
    const all = { amount: { amount: 90_000, currency: EUR } };
    await at.campaign({ campaign: 'all', discount: all }, ['ALL']);
    const totalWith = async (...vouchers: string[]) =>
      accepted(await at.checkout({ vouchers })).total!.amount;
    assert.equal(await totalWith('SUMMER'), 1_750);
    assert.equal(await totalWith('CAPPED'), 1_700);
    assert.equal(await totalWith('SUMMER', 'CAPPED'), 1_450);
    assert.equal(await totalWith('SUMMER', 'ALL'), 0);
  });
});

describe('the history of a code', () => {
  it('names the orders that have it or had it, with their states', async () => {
    await at.campaign({ usesPerCode: 2 });
    const cancelled = await at.ordered();
    accepted(await at.orders.cancel({ order: cancelled }));
    const removed = await at.ordered();
    accepted(await at.vouchers.remove({ order: removed, code: 'SUMMER' }));
    const paid = await at.ordered();
    accepted(await at.orders.paid({ order: paid }));
    const { usesLeft, orders, campaign } = (await at.vouchers.voucher('summer'))!;
    assert.equal(usesLeft, 1);
    assert.deepEqual(
      orders.map(({ id, status }) => [id, status]),
      [
        [paid, 'CONFIRMED'],
        [removed, 'RESERVED'],
        [cancelled, 'CANCELLED'],
      ],
    );
    assert.deepEqual(Object.hasOwn(campaign, 'secret'), false);
    assert.equal(await at.vouchers.voucher('nothing'), undefined);
  });

  it('is told as events of the orders', async () => {
    await at.campaign({ usesPerCode: 9 });
    const paid = await at.ordered();
    accepted(await at.orders.paid({ order: paid }));
    const late = await at.ordered({ holdForMs: 1_000 });
    at.shop.time.passMs(1_000);
    await at.shop.stock.sweep();
    const entries = await at.shop.engine.entries({ after: 0, limit: 100 });
    const events = entries.flatMap((entry) => entry.events);
    const told = events.filter(({ type }) => type.startsWith('voucher.'));
    const data = { code: 'SUMMER', campaign: 'summer' };
    assert.deepEqual(told, [
      { type: 'voucher.held', subject: paid, data },
      { type: 'voucher.redeemed', subject: paid, data },
      { type: 'voucher.held', subject: late, data },
      { type: 'voucher.released', subject: late, data },
    ]);
  });
});
