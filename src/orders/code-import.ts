// Takes in codes that were made elsewhere, bucket by bucket, each whole or not at all. What is there
// already is passed over, so that an import that broke off is done again from its beginning.

import { hash } from 'node:crypto';
import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { addCodes, campaignWith } from '../kernel/code-bucket.ts';
import { type Plan, planned } from '../kernel/plan.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { plainCode } from '../kernel/voucher-code.ts';
import type { StockParts } from '../stock/parts.ts';
import type { CallOptions } from '../stock.ts';
import type { CampaignDirectory } from './campaign-directory.ts';
import { type CodeFinder, hashOf } from './code-finder.ts';

/** Codes that an answer names, of those that it counts. */
const NAMED_MAX = 100;
/** Buckets under way at once. */
const TOGETHER = 256;

export interface CodeImport {
  /** New ones. */
  imported: number;
  /** The campaign had them already, or they stood there twice. */
  repeated: number;
  /** Another campaign has them, which keeps them; `takenBy` names a hundred of these at most. */
  taken: number;
  takenBy: { code: string; campaign: string }[];
  /** No codes at all: empty, too long, or with characters that no code has. */
  malformed: number;
}

export type Imported = { ok: true; value: CodeImport } | Refused;

/** A bucket's share of an import: the codes by what is kept of them. */
type Share = Map<string, string>;

interface Taking {
  campaign: string;
  bucket: string;
  share: Share;
  value: CodeImport;
  options: CallOptions;
}

export class CodeImporter {
  readonly #parts: StockParts;
  readonly #campaigns: CampaignDirectory;
  readonly #finder: CodeFinder;

  constructor(parts: StockParts, campaigns: CampaignDirectory, finder: CodeFinder) {
    this.#parts = parts;
    this.#campaigns = campaigns;
    this.#finder = finder;
  }

  async run(campaign: string, codes: Iterable<string>, options: CallOptions): Promise<Imported> {
    const known = await this.#campaigns.latest(campaign);
    if (known === undefined) return refuse('unknown-campaign', { campaign });
    if (known.state === 'ENDED') return refuse('campaign-ended', { campaign });
    const value: CodeImport = { imported: 0, repeated: 0, taken: 0, takenBy: [], malformed: 0 };
    const shares = await this.#sorted(codes, value);
    const open = [...shares];
    while (open.length > 0) {
      const together = open.splice(0, TOGETHER);
      const answers = await Promise.all(
        together.map(([bucket, share]) => this.#take({ campaign, bucket, share, value, options })),
      );
      const refused = answers.find((answer) => answer !== undefined);
      if (refused !== undefined) return refused;
    }
    return { ok: true, value };
  }

  /** By bucket, in the order of buckets. */
  async #sorted(codes: Iterable<string>, value: CodeImport): Promise<[string, Share][]> {
    const shares = new Map<string, Share>();
    for (const text of codes) {
      const plain = plainCode(text);
      if (plain === undefined) {
        value.malformed += 1;
        continue;
      }
      // Asked for the few that may be: a promise for each of a million would be felt.
      const sealed = this.#finder.mayBeGenerated(plain) && (await this.#finder.generated(plain));
      if (sealed) {
        taken(value, plain, sealed.campaign.campaign);
        continue;
      }
      const { bucket, kept } = hashOf(plain);
      let share = shares.get(bucket);
      if (share === undefined) {
        share = new Map();
        shares.set(bucket, share);
      }
      if (share.has(kept)) value.repeated += 1;
      else share.set(kept, plain);
    }
    return [...shares].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async #take(taking: Taking): Promise<Refused | undefined> {
    const { campaign, bucket, share, value, options } = taking;
    const look = async () => {
      const document = await this.#finder.bucket(bucket);
      return { document, sifted: sift(share, document, campaign) };
    };
    let seen = (await look()).sifted;
    const plan = async (): Promise<Plan> => {
      const { document, sifted } = await look();
      seen = sifted;
      const { added } = sifted;
      // Somebody else has taken them in meanwhile.
      if (added.length === 0) return planned({ events: [] });
      return addCodes(document, { bucket, campaign, added });
    };
    if (seen.added.length > 0) {
      const asked = ['import-codes', { campaign, codes: [...share.keys()] }] as const;
      const work = { plan, value: (entry: Decided) => entry };
      const answer = await this.#parts.run('background', ofBucket(options, bucket), asked, work);
      if (!answer.ok) return answer;
      crashPoint('codes-taken');
    }
    value.imported += seen.added.length;
    value.repeated += seen.repeated;
    for (const [code, by] of seen.others) taken(value, code, by);
    return undefined;
  }
}

/** Each bucket is a command of its own, under a key of its own. */
function ofBucket({ key, ...options }: CallOptions, bucket: string): CallOptions {
  if (key === undefined) return options;
  return { ...options, key: `codes ${bucket} ${hash('sha256', key)}` };
}

interface Sifted {
  added: string[];
  repeated: number;
  others: [code: string, campaign: string][];
}

/** What a bucket already has of a share. */
function sift(share: Share, document: Document | undefined, campaign: string): Sifted {
  const sifted: Sifted = { added: [], repeated: 0, others: [] };
  for (const [kept, code] of share) {
    const owner = campaignWith(document, kept);
    if (owner === undefined) sifted.added.push(kept);
    else if (owner === campaign) sifted.repeated += 1;
    else sifted.others.push([code, owner]);
  }
  return sifted;
}

function taken(value: CodeImport, code: string, campaign: string): void {
  value.taken += 1;
  if (value.takenBy.length < NAMED_MAX) value.takenBy.push({ code, campaign });
}
