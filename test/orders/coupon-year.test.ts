// A year of real coupons (data/complete-journey-*.csv.gz) through orders, one by one: each redemption an
// order of its household on its day, paid, cancelled or left to expire. What is redeemed and refused in
// the end equals what plain counting over the file comes to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { START_MS } from '../../src/engines/conformance/manual-time.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused } from '../support/shop.ts';
import { VoucherShop } from './voucher-shop.ts';

const DAY_MS = 86_400_000;
/** The year 2017, moved whole to where the test's time begins. */
const AHEAD_MS = Math.ceil((START_MS - Date.UTC(2017, 0, 1)) / DAY_MS) * DAY_MS;
/** The file knows no limits; with these, many of its redemptions are refused. */
const USES = { usesPerCode: 8, usesPerBuyer: 4 };

interface Redemption {
  buyer: string;
  code: string;
  campaign: string;
  dayMs: number;
}

function rowsOf(name: string): string[][] {
  const path = new URL(`../../data/complete-journey-${name}.csv.gz`, import.meta.url);
  const [, ...lines] = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  return lines.map((line) => line.trim().split(','));
}

const dayOf = (text: string) => Date.parse(text) + AHEAD_MS;
const campaigns = rowsOf('campaigns').map(([id, , from, to]) => ({
  campaign: `c${id}`,
  validFromMs: dayOf(from!),
  validUntilMs: dayOf(to!) + DAY_MS,
}));
const redemptions = rowsOf('redemptions').map(
  ([buyer, coupon, campaign, day]): Redemption => ({
    buyer: buyer!,
    code: `${campaign}:${coupon}`,
    campaign: `c${campaign}`,
    dayMs: dayOf(day!),
  }),
);

/** What becomes of the order that a redemption makes. */
const fateOf = (index: number) =>
  index % 7 === 0 ? 'cancelled' : index % 11 === 0 ? 'expired' : 'paid';

/** Plain counting: paid uses stay, all others are over before the next one comes. */
function counted() {
  const totals = new Map<string, number>();
  const add = (key: string, by: number) => totals.set(key, (totals.get(key) ?? 0) + by);
  redemptions.forEach(({ buyer, code, campaign }, index) => {
    const own = `${campaign} of ${buyer}`;
    if ((totals.get(code) ?? 0) >= USES.usesPerCode) add('voucher-used-up', 1);
    else if ((totals.get(own) ?? 0) >= USES.usesPerBuyer) add('voucher-limit', 1);
    else if (fateOf(index) === 'paid') for (const key of [code, campaign, own]) add(key, 1);
  });
  return totals;
}

test('2,102 redemptions come to what plain counting comes to', async () => {
  assert.equal(redemptions.length, 2_102);
  const at = await VoucherShop.open();
  accepted(await at.shop.stock.receive({ pool: 'tea', quantity: 10_000 }));
  for (const campaign of campaigns) {
    const rules = { ...campaign, ...USES, discount: { basisPoints: 1_000 } };
    accepted(await at.vouchers.campaigns.put(rules));
    const own = redemptions.filter((one) => one.campaign === campaign.campaign);
    await at.vouchers.campaigns.import(
      campaign.campaign,
      own.map(({ code }) => code),
    );
  }
  const refusals = { 'voucher-used-up': 0, 'voucher-limit': 0 };
  for (const [index, { buyer, code, dayMs }] of redemptions.entries()) {
    at.shop.time.passMs(Math.max(2_000, dayMs - at.shop.engine.clock().nowMs));
    const order = await at.checkout({ buyer, vouchers: [code], holdForMs: 1_000 });
    if (!order.ok) {
      assert.ok(order.code in refusals, order.code);
      refusals[order.code as keyof typeof refusals] += 1;
    } else if (fateOf(index) === 'paid') accepted(await at.orders.paid({ order: order.value.id }));
    else if (fateOf(index) === 'cancelled') {
      accepted(await at.orders.cancel({ order: order.value.id }));
    }
  }
  at.shop.time.passMs(2_000);
  await at.shop.stock.sweep();
  const totals = counted();
  for (const code of Object.keys(refusals))
    assert.ok(totals.get(code)! > 100, `${code} ${totals.get(code)}`);
  for (const [code, count] of Object.entries(refusals)) assert.equal(count, totals.get(code), code);
  for (const { campaign } of campaigns) {
    assert.deepEqual(await at.counts(campaign), [0, totals.get(campaign) ?? 0], campaign);
  }
  for (const code of new Set(redemptions.map((one) => one.code))) {
    const { usesLeft } = (await at.vouchers.voucher(code))!;
    assert.equal(USES.usesPerCode - usesLeft, totals.get(code) ?? 0, code);
  }
  const { validUntilMs } = campaigns[0]!;
  assert.ok(at.shop.engine.clock().nowMs > validUntilMs);
  const code = redemptions.find(({ campaign }) => campaign === campaigns[0]!.campaign)!.code;
  refused(await at.checkout({ buyer: 'x', vouchers: [code] }), 'voucher-expired');
  assert.deepEqual((await verify(at.shop.engine)).problems, []);
  await at.close();
});
