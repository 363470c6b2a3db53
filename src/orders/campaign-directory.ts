// The campaigns of vouchers, kept in step with the journal, so that a checkout finds them without a
// read. A stale one is caught at commit by a guard on its version.

import type { Document, Engine } from '../engines/contract.ts';
import { type Campaign, campaignId, campaignOf } from '../kernel/campaign.ts';
import { eachNamed, onNamed } from '../stock/named-documents.ts';

const NONE: readonly Campaign[] = [];

export class CampaignDirectory {
  readonly #engine: Engine;
  readonly #campaigns = new Map<string, Campaign>();
  readonly #byPrefix = new Map<string, Campaign[]>();
  #stop: (() => void) | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async start(): Promise<void> {
    const take = (document: Document) => this.take(document);
    this.#stop = onNamed(this.#engine, 'campaign', { take });
    await eachNamed(this.#engine, 'campaign', take);
  }

  stop(): void {
    this.#stop?.();
  }

  take(document: Document): void {
    if (document.kind !== 'campaign') return;
    const campaign = campaignOf(document);
    const known = this.#campaigns.get(campaign.campaign);
    if (known !== undefined && known.version >= campaign.version) return;
    this.#campaigns.set(campaign.campaign, campaign);
    const others = this.withPrefix(campaign.prefix).filter((one) => one !== known);
    this.#byPrefix.set(campaign.prefix, [...others, campaign]);
  }

  of(campaign: string): Campaign | undefined {
    return this.#campaigns.get(campaign);
  }

  /** As it was decided last, where what is known may be old. */
  async latest(campaign: string): Promise<Campaign | undefined> {
    const id = campaignId(campaign);
    const document = this.#engine.peek?.(id) ?? (await this.#engine.documents([id]))[0];
    return document && campaignOf(document);
  }

  withPrefix(prefix: string): readonly Campaign[] {
    return this.#byPrefix.get(prefix) ?? NONE;
  }

  all(): Campaign[] {
    return [...this.#campaigns.values()].sort((a, b) => (a.campaign < b.campaign ? -1 : 1));
  }
}
