// The part of the client that is about vouchers: campaigns, their codes, and codes on unpaid orders.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class VoucherCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Creates a campaign, or changes its rules. */
  putCampaign({ campaign, ...body }: requests.CampaignRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Campaign>('PUT', campaignPath(campaign), body, options);
  }

  campaign(name: string, options: CallOptions = {}): Promise<Answer<replies.Campaign>> {
    return this.#caller.read(campaignPath(name), options);
  }

  campaigns(options: CallOptions = {}) {
    return this.#caller.read<{ campaigns: replies.Campaign[] }>('/v1/campaigns', options);
  }

  /** Codes that were made elsewhere become the campaign's. */
  importCodes(
    { campaign, codes }: { campaign: string; codes: readonly string[] },
    options: CommandOptions = {},
  ) {
    const path = `${campaignPath(campaign)}/codes/import`;
    return this.#caller.command<replies.ImportedCodes>('POST', path, { codes }, options);
  }

  /** A code with what is left of it and the orders that have it or had it. */
  voucher(
    code: string,
    query: { cursor?: string; limit?: number } = {},
    options: CallOptions = {},
  ) {
    const path = `/v1/vouchers/${encodeURIComponent(code)}${queryOf({ ...query })}`;
    return this.#caller.read<replies.Voucher>(path, options);
  }

  /** Holds a use of a code with an unpaid order. */
  apply({ order, code }: { order: string; code: string }, options: CommandOptions = {}) {
    return this.#caller.command<replies.Order>('POST', vouchersOf(order), { code }, options);
  }

  /** Takes a code off an unpaid order. */
  remove({ order, code }: { order: string; code: string }, options: CommandOptions = {}) {
    const path = `${vouchersOf(order)}/${encodeURIComponent(code)}/remove`;
    return this.#caller.command<replies.Order>('POST', path, {}, options);
  }
}

function campaignPath(name: string): string {
  return `/v1/campaigns/${encodeURIComponent(name)}`;
}

function vouchersOf(order: string): string {
  return `/v1/orders/${encodeURIComponent(order)}/vouchers`;
}
