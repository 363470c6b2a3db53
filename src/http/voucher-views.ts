// Shows vouchers and campaigns in the outside format, and reads campaigns from it. Changes names and
// notations only.

import type { CampaignCommand } from '../kernel/campaign.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { CampaignCounts, CampaignView } from '../orders/campaigns.ts';
import type { Voucher } from '../orders/vouchers.ts';
import { readInstants } from './durations-of-body.ts';
import { formatInstant } from './instant.ts';
import { showOrder } from './order-views.ts';
import type { CampaignOutside, VoucherOutside } from './shapes/voucher-shapes.ts';

export function showCampaign(campaign: CampaignView & Partial<CampaignCounts>): CampaignOutside {
  const { createdAtMs, updatedAtMs, validFromMs, validUntilMs, ...rest } = campaign;
  const shown: CampaignOutside = {
    ...rest,
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (validFromMs !== undefined) shown.validFrom = formatInstant(validFromMs);
  if (validUntilMs !== undefined) shown.validUntil = formatInstant(validUntilMs);
  return shown;
}

export function showVoucher({ campaign, orders, ...rest }: Voucher): VoucherOutside {
  return { ...rest, campaign: showCampaign(campaign), orders: orders.map(showOrder) };
}

type Body = Omit<CampaignCommand, 'campaign' | 'validFromMs' | 'validUntilMs'> & {
  validFrom?: string;
  validUntil?: string;
};

/** A campaign's body as a command; refuses what is no time. */
export function readCampaign(
  campaign: string,
  { validFrom, validUntil, ...rest }: Body,
): { ok: true; value: CampaignCommand } | Refused {
  const instants = readInstants({ validFrom, validUntil });
  if (!instants.ok) return instants;
  return { ok: true, value: { ...rest, ...instants.value, campaign } };
}
