// A use of a voucher: what an order must be like to be given one, and the stakes that hold it. Held
// with an unpaid order, free again when that ends, used up for good once it is paid.

import type { AccountId, DocumentGuard, EventDraft } from '../engines/contract.ts';
import { BALANCE_MAX, type LimitAccounts, limitAccounts, limitOf } from './accounts.ts';
import { type Campaign, campaignId } from './campaign.ts';
import type { Money } from './money.ts';
import type { Discount } from './order.ts';
import { type RefusalCode, type Refused, refuse } from './refusals.ts';
import type { Stake } from './stakes.ts';

/** One use of one code, for one order. */
export interface VoucherUse {
  campaign: string;
  code: string;
  /** What it takes off is as this version of the campaign says. */
  guard: DocumentGuard;
  stakes: Stake[];
  discount: Discount;
}

/** What an order is, as far as vouchers ask. */
export interface VoucherFacts {
  nowMs: number;
  buyer?: string | undefined;
  /** The prices in full, of what will be granted at least; missing where somebody else knows them. */
  full?: Money | undefined;
}

const PER_CODE = '+voucher.';
const PER_BUYER = '+voucher-buyer.';
const HELD = '+voucher-held.';
const IN_ALL = '+campaign.';

const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  [PER_CODE]: 'voucher-used-up',
  [PER_BUYER]: 'voucher-limit',
  [IN_ALL]: 'campaign-used-up',
};

/** What an order is found by that has, or had, a voucher. */
export function voucherOwner(code: string): string {
  return `voucher:${code}`;
}

/** Whether a stake is of a campaign's voucher. */
export function isOfCampaign(limit: string, campaign: string): boolean {
  return [PER_CODE, PER_BUYER, HELD, IN_ALL].some((prefix) => limit === prefix + campaign);
}

/** The accounts that say how often a code was used, all codes were used, and are held unpaid. */
export function voucherAccounts(campaign: string) {
  return {
    code: (code: string): LimitAccounts => limitAccounts(PER_CODE + campaign, code),
    all: limitAccounts(IN_ALL + campaign, ''),
    held: limitAccounts(HELD + campaign, ''),
  };
}

/** Gives an order a use of a code; whether one is left is seen when it is committed. */
export function useVoucher(
  campaign: Campaign,
  code: string,
  facts: VoucherFacts,
): { ok: true; use: VoucherUse } | Refused {
  const refused = refusedFor(campaign, code, facts);
  if (refused !== undefined) return refused;
  const { campaign: name, usesPerCode, usesPerBuyer, usesMax = BALANCE_MAX } = campaign;
  const stakes: Stake[] = [{ limit: PER_CODE + name, of: code, quantityMax: usesPerCode }];
  if (usesPerBuyer !== undefined) {
    stakes.push({ limit: PER_BUYER + name, of: facts.buyer!, quantityMax: usesPerBuyer });
  }
  stakes.push(
    { limit: IN_ALL + name, of: '', quantityMax: usesMax },
    { limit: HELD + name, of: '', quantityMax: BALANCE_MAX, untilSold: true },
  );
  const guard = { document: campaignId(name), version: campaign.version };
  const discount = discountOf(campaign, code);
  return { ok: true, use: { campaign: name, code, guard, stakes, discount } };
}

function refusedFor(
  campaign: Campaign,
  code: string,
  { nowMs, buyer, full }: VoucherFacts,
): Refused | undefined {
  const { campaign: name, state, validFromMs = 0, validUntilMs, minTotal } = campaign;
  const details = { code, campaign: name };
  if (nowMs < validFromMs) {
    return refuse('voucher-not-valid-yet', { ...details, validFromAtMs: validFromMs });
  }
  if (state === 'ENDED') return refuse('voucher-expired', details);
  if (validUntilMs !== undefined && nowMs >= validUntilMs) {
    return refuse('voucher-expired', { ...details, validUntilAtMs: validUntilMs });
  }
  const notFor = (reason: string) => refuse('voucher-not-applicable', { ...details, reason });
  if (state === 'PAUSED') return notFor('its campaign is paused');
  if (campaign.usesPerBuyer !== undefined && buyer === undefined) {
    return refuse('buyer-required', { campaign: name });
  }
  const currency = currencyOf(campaign);
  if (full !== undefined && currency !== undefined && currency !== full.currency) {
    return notFor(`it is for prices in ${currency}`);
  }
  if (minTotal !== undefined && (full === undefined || full.amount < minTotal.amount)) {
    return notFor(`the order must come to ${minTotal.amount} at least`);
  }
  return undefined;
}

function currencyOf({ discount, minTotal }: Campaign): string | undefined {
  const limit = 'amount' in discount ? discount.amount : discount.amountMax;
  return (limit ?? minTotal)?.currency;
}

function discountOf({ campaign, discount }: Campaign, code: string): Discount {
  if ('amount' in discount) return { code, campaign, amount: discount.amount.amount };
  const { basisPoints, amountMax } = discount;
  const share: Discount = { code, campaign, basisPoints };
  return amountMax === undefined ? share : { ...share, amountMax: amountMax.amount };
}

/** The buyer's refusal where an account of a voucher had no use left; undefined for other limits. */
export function voucherRefusal(account: AccountId): Refused | undefined {
  const limit = limitOf(account);
  const end = limit.indexOf('.') + 1;
  const refusal = REFUSED_BY[limit.slice(0, end)];
  if (refusal === undefined) return undefined;
  const details = { campaign: limit.slice(end) };
  if (refusal !== 'voucher-used-up') return refuse(refusal, details);
  const code = account.slice(limit.length + '!!!'.length, account.indexOf('/'));
  return refuse(refusal, { ...details, code: decodeURIComponent(code) });
}

/** Tells of each voucher among an order's discounts. */
export function voucherEvents(
  type: string,
  order: string,
  discounts: readonly Discount[] = [],
): EventDraft[] {
  return discounts.flatMap(({ code, campaign }) =>
    campaign === undefined ? [] : [{ type, subject: order, data: { code, campaign } }],
  );
}
