// A campaign of vouchers as it is kept: what its codes take off, when and how often they may be used.
// What has been used stands in accounts, never here.

import type { Document } from '../engines/contract.ts';
import type { Money } from './money.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import { INDEX_MAX } from './voucher-code.ts';

export type CampaignState = 'ACTIVE' | 'PAUSED' | 'ENDED';

/** The states that may follow each; one that has ended stays so, and its codes with it. */
export const CAMPAIGN_STATES: Record<CampaignState, readonly CampaignState[]> = {
  ACTIVE: ['ACTIVE', 'PAUSED', 'ENDED'],
  PAUSED: ['ACTIVE', 'PAUSED', 'ENDED'],
  ENDED: ['ENDED'],
};

/** What a code takes off: an amount, or a share of the prices (1,000 basis points are a tenth). */
export type CampaignDiscount = { amount: Money } | { basisPoints: number; amountMax?: Money };

export interface CampaignCommand {
  campaign: string;
  discount: CampaignDiscount;
  /** Generated codes begin with it: up to 16 of A-Z 0-9. It stays. Default none. */
  prefix?: string;
  validFromMs?: number;
  /** From this moment on no order is given it; those that have it keep it. */
  validUntilMs?: number;
  /** Default 1. */
  usesPerCode?: number;
  /** Of all its codes together. */
  usesMax?: number;
  usesPerBuyer?: number;
  /** What the order's prices must come to at least. */
  minTotal?: Money;
  /** Default: ACTIVE, or as it is. */
  state?: CampaignState;
}

/** As a directory knows it. `secret` seals its generated codes and is shown to nobody. */
export interface Campaign extends Omit<CampaignCommand, 'state'> {
  prefix: string;
  usesPerCode: number;
  state: CampaignState;
  /** How many codes were generated: those with an index below it are good. */
  generated: number;
  secret: string;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

type CampaignData = Omit<Campaign, 'state' | 'version' | 'createdAtMs' | 'updatedAtMs'>;

export function campaignId(campaign: string): string {
  return `campaign:${campaign}`;
}

export function campaignOf(document: Document): Campaign {
  const { version, createdAtMs, updatedAtMs } = document;
  const data = document.data as unknown as CampaignData;
  const state = document.state as CampaignState;
  return { ...data, state, version, createdAtMs, updatedAtMs };
}

/** As it may be shown to whoever reads documents as they are. */
export function withoutCampaignSecret(document: Document): Document {
  if (document.kind !== 'campaign') return document;
  const { secret: _, ...data } = document.data;
  return { ...document, data };
}

/** Creates a campaign, or puts another in its place: what was applied keeps what it was given. */
export function putCampaign(
  found: Document | undefined,
  command: CampaignCommand,
  secret: string,
): Plan {
  const { state: wanted, ...asked } = structuredClone(command);
  const before = found && campaignOf(found);
  const state = wanted ?? before?.state ?? 'ACTIVE';
  if (before !== undefined && !CAMPAIGN_STATES[before.state].includes(state)) {
    return refuse('campaign-ended', { campaign: command.campaign });
  }
  const prefix = asked.prefix ?? before?.prefix ?? '';
  if (before !== undefined && before.prefix !== prefix) {
    return refuse('invalid-request', { field: 'prefix', expected: before.prefix });
  }
  const data: CampaignData = {
    ...asked,
    prefix,
    usesPerCode: asked.usesPerCode ?? 1,
    generated: before?.generated ?? 0,
    secret: before?.secret ?? secret,
  };
  return written(found, { campaign: command.campaign, state, data });
}

/** So many more of its generated codes are good. */
export function issueCodes(
  found: Document | undefined,
  { campaign, count }: { campaign: string; count: number },
): Plan {
  if (found === undefined) return refuse('unknown-campaign', { campaign });
  const { state, version: _, createdAtMs: __, updatedAtMs: ___, ...data } = campaignOf(found);
  if (state === 'ENDED') return refuse('campaign-ended', { campaign });
  const generated = data.generated + count;
  if (generated > INDEX_MAX) return refuse('balance-range', { campaign });
  const plan = written(found, { campaign, state, data: { ...data, generated } });
  if (!plan.ok) return plan;
  const events = [{ type: 'campaign.issued', subject: campaignId(campaign), data: { count } }];
  return planned({ ...plan.transaction, events });
}

function written(
  found: Document | undefined,
  { campaign, state, data }: { campaign: string; state: CampaignState; data: CampaignData },
): Plan {
  const id = campaignId(campaign);
  return planned({
    guards: [found ? { document: id, version: found.version } : { document: id, absent: true }],
    writes: [{ id, kind: 'campaign', state, data: asJson(data) }],
    events: [{ type: found ? 'campaign.changed' : 'campaign.created', subject: id }],
  });
}
