// What the shop of the rounds sells and lays down: its pools, the ways its channels run, its campaigns of
// vouchers and its plans for pre-orders. Numbers only; what becomes of them is for the sums.

import type { OrderWorld } from './order-world.ts';

export const POOLS = ['tea', 'coffee'];
/** Sells out, and has a line. */
export const LINE_POOL = 'stool';
/** Is paid in stages. */
export const STAGED_POOL = 'console';
/** Fewer than are wanted: units run out, and late money finds none. */
const UNITS_A_ROUND: Record<string, number> = {
  ...Object.fromEntries(POOLS.map((pool) => [pool, 14])),
  [LINE_POOL]: 6,
  [STAGED_POOL]: 12,
};
/** Of one unit. */
export const PRICE = 500;

/** Every way in which units and money can meet. */
export const POLICIES: Record<string, object> = {
  default: { capture: 'manual', paymentFor: '1s' },
  patient: { capture: 'manual', onPaymentFailed: 'wait', paymentFor: '1s' },
  prompt: { capture: 'automatic', paymentFor: '500ms' },
  later: { deduct: 'on-payment', capture: 'automatic', paymentFor: '500ms' },
  single: { inProgress: 'one', capture: 'automatic', paymentFor: '500ms' },
  latest: { inProgress: 'latest', capture: 'manual', paymentFor: '500ms' },
};

export interface Campaign {
  discount: { amount: { amount: number; currency: string } } | { basisPoints: number };
  usesPerCode?: number;
  usesPerBuyer?: number;
  usesMax?: number;
}

const MANY = 1_000_000;
/** One code for everybody in each of these. */
export const SHARED: Record<string, string> = { MANY: 'many', EACH: 'each' };
const CODES_A_ROUND = 8;

/** In that round: limits only rise, and only while nobody orders. */
export function campaignsOf(round: number): Record<string, Campaign> {
  const off = (amount: number) => ({ amount: { amount, currency: 'EUR' } });
  return {
    many: { discount: off(100), usesPerCode: MANY, usesMax: 6 * (round + 1) },
    each: { discount: off(150), usesPerCode: MANY, usesPerBuyer: 1 + Math.floor(round / 4) },
    once: { discount: { basisPoints: 1_000 } },
  };
}

/** What a voucher takes off so much. */
export function takenOff(campaign: string, full: number): number {
  const { discount } = campaignsOf(0)[campaign]!;
  return 'amount' in discount
    ? discount.amount.amount
    : Math.floor((full * discount.basisPoints) / 10_000);
}

export type Refund = 'kept' | 'full' | { basisPoints: number };

const DATES = { grace: '200ms', notice: '300ms', remindBefore: ['200ms'] };
const DEPOSIT = { name: 'deposit', basisPoints: 2_000 };

export const PLANS: Record<string, { stages: object[]; refund: Refund[] }> = {
  three: {
    stages: [
      DEPOSIT,
      { name: 'second', amount: 150, dueAfterDeposit: '400ms' },
      { name: 'last', rest: true, dueBeforeLaunch: '200ms' },
    ],
    refund: ['kept', { basisPoints: 5_000 }, 'full'],
  },
  two: {
    stages: [DEPOSIT, { name: 'last', rest: true, dueAfterDeposit: '500ms' }],
    refund: ['full', 'kept'],
  },
  part: {
    stages: [DEPOSIT, { name: 'last', rest: true, dueBeforeLaunch: '100ms' }],
    refund: [{ basisPoints: 3_333 }],
  },
};

export function launchIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

/** Before the first round. */
export async function layDown(world: OrderWorld): Promise<void> {
  for (const [channel, body] of Object.entries(POLICIES)) {
    await world.command('PUT', `/v1/order-policies/${channel}`, body);
  }
  for (const pool of Object.keys(UNITS_A_ROUND)) {
    await world.command('PUT', `/v1/pools/${pool}`, {});
  }
  for (const [plan, terms] of Object.entries(PLANS)) {
    await world.command('PUT', `/v1/plans/${plan}`, {
      ...terms,
      ...DATES,
      launchAt: launchIn(1_000),
    });
  }
  for (const [campaign, body] of Object.entries(campaignsOf(0))) {
    await world.command('PUT', `/v1/campaigns/${campaign}`, body);
  }
  for (const [code, campaign] of Object.entries(SHARED)) {
    await world.command('POST', `/v1/campaigns/${campaign}/codes/import`, { codes: [code] });
  }
}

/** Before each round: more units, more uses, and codes that are good for one order each. */
export async function refill(world: OrderWorld, round: number): Promise<string[]> {
  for (const [pool, quantity] of Object.entries(UNITS_A_ROUND)) {
    await world.command('POST', `/v1/pools/${pool}/receive`, { quantity });
  }
  for (const [campaign, body] of Object.entries(campaignsOf(round))) {
    await world.command('PUT', `/v1/campaigns/${campaign}`, body);
  }
  const path = '/v1/campaigns/once/codes';
  const csv = await world.text('POST', path, { count: CODES_A_ROUND });
  return csv.split('\n').slice(1).filter(Boolean);
}
