// Campaigns of vouchers: set up, looked at, given codes. What their vouchers do to orders is not here.

import type { Decided, Document } from '../engines/contract.ts';
import {
  type Campaign,
  type CampaignCommand,
  campaignOf,
  issueCodes,
  putCampaign,
} from '../kernel/campaign.ts';
import { checkCampaign, checkIssue } from '../kernel/check-campaign.ts';
import { importedAccounts } from '../kernel/code-bucket.ts';
import { voucherAccounts } from '../kernel/voucher.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { CampaignDirectory } from './campaign-directory.ts';
import { CodeFinder } from './code-finder.ts';
import { CodeImporter, type Imported } from './code-import.ts';
import { newSecret } from './code-seal.ts';
import { takenOf } from './taken-of.ts';

/** A campaign as a caller sees it: everything but its secret. */
export type CampaignView = Omit<Campaign, 'secret'>;

/** What became of its codes, as the accounts say. */
export interface CampaignCounts {
  imported: number;
  /** Uses that unpaid orders hold. */
  held: number;
  /** Uses of paid orders. */
  redeemed: number;
}

/** Codes that were generated: they are made again, the same, whenever they are read. */
export interface IssuedCodes extends Iterable<string> {
  campaign: string;
  /** The index of the first. */
  from: number;
  count: number;
}

export class Campaigns {
  readonly #parts: StockParts;
  readonly directory: CampaignDirectory;
  readonly finder: CodeFinder;
  readonly #importer: CodeImporter;

  constructor(parts: StockParts) {
    this.#parts = parts;
    this.directory = new CampaignDirectory(parts.engine);
    this.finder = new CodeFinder(parts, this.directory);
    this.#importer = new CodeImporter(parts, this.directory, this.finder);
  }

  /** Sets up a campaign, or changes it: what was applied to an order keeps what it was given. */
  async put(command: CampaignCommand, options: CallOptions = {}): Promise<Answer<CampaignView>> {
    const wrong = checkCampaign(command);
    if (wrong) return wrong;
    const secret = newSecret();
    const answer = await this.#write(['put-campaign', command], options, (found) =>
      putCampaign(found, command, secret),
    );
    return answer.ok ? { ...answer, value: shown(answer.value) } : answer;
  }

  /** So many new codes. Under the same key the same codes. */
  async issue(
    command: { campaign: string; count: number },
    options: CallOptions = {},
  ): Promise<Answer<IssuedCodes>> {
    const wrong = checkIssue(command);
    if (wrong) return wrong;
    const { campaign, count } = command;
    const answer = await this.#write(['issue-codes', command], options, (found) =>
      issueCodes(found, command),
    );
    if (!answer.ok) return answer;
    const from = answer.value.generated - count;
    return { ...answer, value: this.#codes(answer.value.secret, { campaign, from, count }) };
  }

  /** Takes codes that were made elsewhere. Those that another campaign has stay there, and are named. */
  import(campaign: string, codes: Iterable<string>, options: CallOptions = {}): Promise<Imported> {
    return this.#importer.run(campaign, codes, options);
  }

  all(): CampaignView[] {
    return this.directory.all().map(shown);
  }

  async campaign(name: string): Promise<(CampaignView & CampaignCounts) | undefined> {
    const found = await this.directory.latest(name);
    if (found === undefined) return undefined;
    const { all, held } = voucherAccounts(name);
    const accounts = [importedAccounts(name), all, held];
    const [imported, used, unpaid] = await takenOf(this.#parts.engine, accounts);
    return { ...shown(found), imported: imported!, held: unpaid!, redeemed: used! - unpaid! };
  }

  #codes(secret: string, { campaign, from, count }: Omit<IssuedCodes, symbol>): IssuedCodes {
    const seal = this.finder.sealOf({ ...this.directory.of(campaign)!, secret });
    return {
      campaign,
      from,
      count,
      *[Symbol.iterator]() {
        for (let index = from; index < from + count; index += 1) yield seal.code(index);
      },
    };
  }

  async #write(
    asked: readonly [string, { campaign: string }],
    options: CallOptions,
    plan: (found: Document | undefined) => ReturnType<typeof putCampaign>,
  ): Promise<Answer<Campaign>> {
    const id = `campaign:${asked[1].campaign}`;
    const answer = await this.#parts.run('finish', options, asked, {
      plan: async () => plan(await this.#parts.latest(id)),
      value: (entry: Decided) => entry.documents[0]!,
    });
    if (!answer.ok) return answer;
    this.directory.take(answer.value);
    return { ...answer, value: campaignOf(answer.value) };
  }
}

function shown({ secret: _, ...campaign }: Campaign): CampaignView {
  return campaign;
}
