// `holdfast vouchers`: generates and imports codes of a campaign, straight in a store. Codes come out on
// stdout, or as a file, and nowhere else.

import { createWriteStream } from 'node:fs';
import { Command, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import { showCampaign } from '../http/voucher-views.ts';
import type { CampaignDiscount } from '../kernel/campaign.ts';
import { ISSUE_MAX } from '../kernel/check-campaign.ts';
import { QUANTITY_MAX } from '../kernel/check-command.ts';
import type { Vouchers } from '../orders/vouchers.ts';
import { Stock } from '../stock.ts';
import { openUses } from '../uses/open-uses.ts';
import { writeCodes } from './code-lines.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { grouped, whole } from './numbers.ts';
import { Progress } from './progress.ts';
import { failureOf, importCodes } from './vouchers-import.ts';

const EXAMPLES = `
Examples:
  holdfast vouchers campaign spring --basis-points 1000 --prefix SPRING
  holdfast vouchers generate spring --count 1000000 > codes.csv
  holdfast vouchers import winter old-codes.csv

A running server has the store of an sqlite address to itself: ask it over HTTP then.`;

export interface VouchersOptions {
  engine: string;
  json?: boolean;
  quiet?: boolean;
}

export function vouchersCommand(): Command {
  const campaign = command('campaign', 'set up a campaign, or change it')
    .addOption(
      new Option('--amount <minor units>', 'what a code takes off').argParser(
        whole(0, QUANTITY_MAX),
      ),
    )
    .option('--currency <code>', 'of --amount, EUR for example')
    .addOption(
      new Option('--basis-points <share>', 'a share: 1000 is a tenth').argParser(whole(1, 10_000)),
    )
    .option('--prefix <text>', 'what generated codes begin with')
    .addOption(
      new Option('--uses-per-code <number>', 'default 1').argParser(whole(1, QUANTITY_MAX)),
    )
    .addOption(
      new Option('--uses <number>', 'of all codes together').argParser(whole(1, QUANTITY_MAX)),
    )
    .addOption(
      new Option('--uses-per-buyer <number>', 'by one buyer').argParser(whole(1, QUANTITY_MAX)),
    )
    .action(putCampaign);
  const generate = command('generate', 'make codes and print them as CSV')
    .addOption(
      new Option('-n, --count <number>', 'how many')
        .argParser(whole(1, Number.MAX_SAFE_INTEGER))
        .makeOptionMandatory(),
    )
    .option('-o, --out <file>', 'where to; else stdout')
    .action(generateCodes);
  const taken = command('import', 'take in codes that were made elsewhere')
    .argument('<file>', 'one code a line, or in the first column of a CSV file; - for stdin')
    .action(importing);
  return new Command('vouchers')
    .description('set up campaigns, generate and import codes')
    .addHelpText('after', EXAMPLES)
    .addCommand(campaign)
    .addCommand(generate)
    .addCommand(taken);
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<campaign>', 'its name')
    .addOption(engineOption())
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress');
}

interface CampaignOptions extends VouchersOptions {
  amount?: number;
  currency?: string;
  basisPoints?: number;
  prefix?: string;
  usesPerCode?: number;
  uses?: number;
  usesPerBuyer?: number;
}

async function putCampaign(campaign: string, options: CampaignOptions): Promise<void> {
  const { amount, currency = '', basisPoints, uses, prefix, usesPerCode, usesPerBuyer } = options;
  const discount: object = {
    ...(amount === undefined ? {} : { amount: { amount, currency } }),
    ...(basisPoints === undefined ? {} : { basisPoints }),
  };
  await withVouchers(options, async ({ campaigns }) => {
    const answer = await campaigns.put({
      campaign,
      discount: discount as CampaignDiscount,
      ...(prefix === undefined ? {} : { prefix }),
      ...(usesPerCode === undefined ? {} : { usesPerCode }),
      ...(uses === undefined ? {} : { usesMax: uses }),
      ...(usesPerBuyer === undefined ? {} : { usesPerBuyer }),
    });
    if (!answer.ok) throw failureOf(answer);
    report(
      options,
      { name: 'vouchers campaign', ...showCampaign(answer.value) },
      `Campaign ${campaign} is set.`,
    );
  });
}

interface GenerateOptions extends VouchersOptions {
  count: number;
  out?: string;
}

async function generateCodes(campaign: string, options: GenerateOptions): Promise<void> {
  const { count, out, quiet = false } = options;
  const progress = new Progress({ quiet });
  await withVouchers(options, async ({ campaigns }) => {
    const stream = out === undefined ? process.stdout : createWriteStream(out);
    await writeCodes(stream, ['code']);
    for (let done = 0; done < count; ) {
      const answer = await campaigns.issue({ campaign, count: Math.min(ISSUE_MAX, count - done) });
      if (!answer.ok) throw failureOf(answer);
      const before = done;
      await writeCodes(stream, answer.value, (written) =>
        progress.show('Generating', before + written, count),
      );
      done += answer.value.count;
    }
    progress.end();
    if (out === undefined) return;
    await new Promise<void>((ended) => stream.end(() => ended()));
    const text = `${grouped(count)} codes of ${campaign} are in ${out}.`;
    report(options, { name: 'vouchers generate', campaign, count, out }, text);
  });
}

async function importing(campaign: string, file: string, options: VouchersOptions) {
  await withVouchers(options, async ({ campaigns }) => {
    const value = await importCodes(campaigns, { campaign, file, quiet: options.quiet ?? false });
    const { imported, repeated, taken, takenBy, malformed } = value;
    const lines = [
      `${grouped(imported)} codes imported, ${grouped(repeated)} were there already`,
      ...(taken === 0 ? [] : [`${grouped(taken)} belong to another campaign, and stay there:`]),
      ...takenBy.map((each) => `  ${each.code}  ${each.campaign}`),
      ...(malformed === 0 ? [] : [`${grouped(malformed)} lines are no codes`]),
    ];
    report(options, { name: 'vouchers import', campaign, ...value }, lines.join('\n'));
  });
}

async function withVouchers(
  { engine }: VouchersOptions,
  work: (vouchers: Vouchers) => Promise<void>,
): Promise<void> {
  const stock = await Stock.open(await openNamedEngine(engine), { sweep: false });
  const uses = await openUses(stock);
  try {
    await work(uses.orders.vouchers);
  } catch (error) {
    throw error instanceof HoldfastError ? new CommandFailure(error.message) : error;
  } finally {
    await uses.close();
    await stock.close();
  }
}

function report({ json }: VouchersOptions, result: object, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text}\n`);
}
