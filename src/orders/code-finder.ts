// Finds the campaign that a code belongs to: a generated one by its seal, without a look-up; an imported
// one in the bucket of its hash. Writes nothing.

import { hash } from 'node:crypto';
import type { Document } from '../engines/contract.ts';
import type { Campaign } from '../kernel/campaign.ts';
import { bucketId, type CodeHash, campaignWith, codeHash } from '../kernel/code-bucket.ts';
import { plainCode } from '../kernel/voucher-code.ts';
import type { StockParts } from '../stock/parts.ts';
import type { CampaignDirectory } from './campaign-directory.ts';
import { CodeSeal, prefixOf } from './code-seal.ts';

/** Codes that many use at once are looked up once: an import is never taken back. */
const REMEMBERED_MAX = 10_000;

export interface FoundCode {
  /** As it is counted and shown: the same however it was typed. */
  code: string;
  campaign: Campaign;
}

export class CodeFinder {
  readonly #parts: StockParts;
  readonly #campaigns: CampaignDirectory;
  readonly #seals = new Map<string, CodeSeal>();
  /** The campaigns of imported codes. */
  readonly #remembered = new Map<string, string>();

  constructor(parts: StockParts, campaigns: CampaignDirectory) {
    this.#parts = parts;
    this.#campaigns = campaigns;
  }

  async find(text: string): Promise<FoundCode | undefined> {
    const plain = plainCode(text);
    if (plain === undefined) return undefined;
    return (await this.generated(plain)) ?? (await this.#imported(plain));
  }

  /** Whether it begins as the generated codes of a campaign do, and is as long. */
  mayBeGenerated(plain: string): boolean {
    const prefix = prefixOf(plain);
    return prefix !== undefined && this.#campaigns.withPrefix(prefix).length > 0;
  }

  /** A code that is sealed, and was handed out. */
  async generated(plain: string): Promise<FoundCode | undefined> {
    const prefix = prefixOf(plain);
    if (prefix === undefined) return undefined;
    for (const known of this.#campaigns.withPrefix(prefix)) {
      const opened = this.sealOf(known).open(plain);
      if (opened === undefined) continue;
      const { index, code } = opened;
      // Another server may have handed it out a moment ago.
      const campaign = index < known.generated ? known : await this.#latest(known);
      return index < campaign.generated ? { code, campaign } : undefined;
    }
    return undefined;
  }

  sealOf(campaign: Campaign): CodeSeal {
    let seal = this.#seals.get(campaign.secret);
    if (seal === undefined) {
      seal = new CodeSeal(campaign);
      this.#seals.set(campaign.secret, seal);
    }
    return seal;
  }

  async #imported(code: string): Promise<FoundCode | undefined> {
    const name = this.#remembered.get(code) ?? (await this.#lookUp(code));
    if (name === undefined) return undefined;
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
    this.#remembered.set(code, name);
    const campaign = this.#campaigns.of(name) ?? (await this.#campaigns.latest(name));
    return campaign && { code, campaign };
  }

  async #lookUp(code: string): Promise<string | undefined> {
    const { bucket, kept } = hashOf(code);
    return campaignWith(await this.bucket(bucket), kept);
  }

  async bucket(bucket: string): Promise<Document | undefined> {
    return this.#parts.latest(bucketId(bucket));
  }

  async #latest(known: Campaign): Promise<Campaign> {
    return (await this.#campaigns.latest(known.campaign)) ?? known;
  }
}

export function hashOf(plain: string): CodeHash {
  return codeHash(hash('sha256', plain));
}
