// The bounds of every command about vouchers and their campaigns: what is refused before anything is
// looked at, with the field that is wrong.

import { CAMPAIGN_STATES, type CampaignCommand, type CampaignDiscount } from './campaign.ts';
import { checkMoment, checkName, checkWhole, invalid } from './check-command.ts';
import { checkMoney } from './money.ts';
import type { Refused } from './refusals.ts';
import { CODE_LENGTH_MAX, plainCode } from './voucher-code.ts';

type Checked = Refused | undefined;

/** Vouchers that one order may have. */
export const VOUCHERS_MAX = 10;
/** Codes that are made at once. */
export const ISSUE_MAX = 1_000_000;

const PREFIX = /^[A-Z0-9]{0,16}$/;

export function checkCampaign(command: CampaignCommand): Checked {
  const { campaign, prefix, state, minTotal } = command;
  const wrong =
    checkCampaignName(campaign) ??
    checkDiscount(command.discount) ??
    (minTotal === undefined ? undefined : checkMoney(minTotal, 'minTotal')) ??
    checkValidity(command);
  if (wrong !== undefined) return wrong;
  if (prefix !== undefined && !(typeof prefix === 'string' && PREFIX.test(prefix))) {
    return invalid('prefix', 'up to 16 characters of A-Z 0-9');
  }
  if (state !== undefined && !Object.hasOwn(CAMPAIGN_STATES, state)) {
    return invalid('state', Object.keys(CAMPAIGN_STATES).join(' or '));
  }
  for (const field of ['usesPerCode', 'usesMax', 'usesPerBuyer'] as const) {
    const value = command[field];
    const off = value === undefined ? undefined : checkWhole(value, field);
    if (off !== undefined) return off;
  }
  return undefined;
}

export function checkCampaignName(campaign: unknown): Checked {
  return checkName(campaign, 'campaign');
}

function checkDiscount(discount: CampaignDiscount | undefined): Checked {
  const { amount, basisPoints, amountMax } = (discount ?? {}) as Record<string, unknown>;
  if ((amount === undefined) === (basisPoints === undefined)) {
    return invalid('discount', 'either an amount or basisPoints');
  }
  if (amount !== undefined) {
    return amountMax === undefined
      ? checkMoney(amount, 'discount/amount')
      : invalid('discount/amountMax', 'basisPoints with it');
  }
  return (
    checkWhole(basisPoints, 'discount/basisPoints', 1, 10_000) ??
    (amountMax === undefined ? undefined : checkMoney(amountMax, 'discount/amountMax'))
  );
}

function checkValidity({ validFromMs, validUntilMs }: CampaignCommand): Checked {
  const wrong = checkMoment(validFromMs, 'validFrom') ?? checkMoment(validUntilMs, 'validUntil');
  if (wrong !== undefined || validUntilMs === undefined) return wrong;
  return validUntilMs > (validFromMs ?? 0) ? undefined : invalid('validUntil', 'after validFrom');
}

export function checkVouchers(codes: unknown): Checked {
  if (codes === undefined) return undefined;
  if (!Array.isArray(codes) || codes.length > VOUCHERS_MAX) {
    return invalid('vouchers', `up to ${VOUCHERS_MAX} codes`);
  }
  for (let index = 0; index < codes.length; index += 1) {
    const wrong = checkCode(codes[index], `vouchers/${index}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

export function checkCode(code: unknown, field: string): Checked {
  if (plainCode(code) !== undefined) return undefined;
  return invalid(field, `1 to ${CODE_LENGTH_MAX} printable ASCII characters`);
}

export function checkIssue({ campaign, count }: { campaign: string; count: number }): Checked {
  return checkCampaignName(campaign) ?? checkWhole(count, 'count', 1, ISSUE_MAX);
}
