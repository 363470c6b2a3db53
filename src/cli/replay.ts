// `holdfast replay`: a file of orders over an opening stock, every line accounted for, then verify.

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ReplayTrouble } from '../replay/commands.ts';
import { OrderFileError } from '../replay/order-file.ts';
import { type ReplayProgress, type ReplayResult, ReplayStopped, replay } from '../replay/replay.ts';
import { parseStockShare, type StockShare } from '../replay/stock-share.ts';
import { Stock } from '../stock.ts';
import { verify } from '../verify/verify.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { whole } from './numbers.ts';
import { type PartOptions, partOption } from './part-option.ts';
import { Progress } from './progress.ts';
import { addRecordOptions, type RecordOptions, redisOptions } from './record-options.ts';
import { reportJson, reportText } from './replay-report.ts';
import { shownAddress } from './shown-address.ts';
import { hearStopSignals, STOPPED_EXIT_CODE, type StopSignals } from './stop-signals.ts';
import { showVerifyProgress } from './verify-report.ts';

const EXAMPLES = `
FILE is a CSV, plain or .gz, in the columns of the UCI Online Retail data set: InvoiceNo, StockCode,
Description, Quantity, InvoiceDate, CustomerID. An invoice is one reservation, all or nothing, and is
then confirmed. An invoice that begins with C gives earlier sales of its customer back, the newest
first. A negative line on any other invoice is written off.

The result depends on the file, the share and --partial alone. A run that was stopped or killed is
continued by the same command on the same engine, and comes to the same result.

Examples:
  holdfast replay orders.csv.gz --stock 60%
  holdfast replay orders.csv.gz --stock 60% --engine sqlite:year.db --json
  holdfast replay orders.csv.gz --stock 100% --partial --limit 5000 --in-flight 1`;

const IN_FLIGHT_DEFAULT = 1_000;

interface ReplayCommandOptions extends PartOptions, RecordOptions {
  stock: StockShare;
  engine: string;
  inFlight: number;
  partial?: boolean;
  limit?: number;
  json?: boolean;
  quiet?: boolean;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('run a file of orders over an opening stock and account for every line')
    .addArgument(new Argument('<file>', 'the orders, .csv or .csv.gz'))
    .addOption(
      new Option('-s, --stock <share>', 'opening stock of each item, as a share of what is ordered')
        .argParser(shareOption)
        .default(parseStockShare('60%')!, '60%'),
    )
    .addOption(engineOption('memory:'))
    .addOption(partOption())
    .addOption(
      new Option('-n, --in-flight <number>', 'commands under way at once, at most')
        .argParser(whole(1, 100_000))
        .default(IN_FLIGHT_DEFAULT),
    )
    .option('--partial', 'grant each line as far as stock goes, not whole invoices or nothing')
    .addOption(
      new Option('--limit <invoices>', 'stop after so many invoices').argParser(
        whole(1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runReplay);
  return addRecordOptions(command);
}

async function runReplay(file: string, options: ReplayCommandOptions): Promise<void> {
  const signals = hearStopSignals();
  const progress = new Progress({ quiet: options.quiet === true });
  const engine = await openNamedEngine(options.engine, {
    parts: options.part,
    ...redisOptions(options),
  });
  const stock = await Stock.open(engine);
  try {
    const result = await carryOut(stock, file, { options, progress, signals });
    const verified = await verify(stock.engine, { onProgress: showVerifyProgress(progress) });
    progress.end();
    const run = {
      file,
      engine: shownAddress(options.engine),
      stock: options.stock.text,
      partial: options.partial === true,
      inFlightMax: options.inFlight,
    };
    process.stdout.write(
      options.json
        ? `${JSON.stringify(reportJson(run, result, verified))}\n`
        : reportText(run, result, verified),
    );
    if (result.problems.length > 0 || !verified.ok) throw new CommandFailure('');
  } finally {
    progress.end();
    await stock.close();
    signals.release();
  }
}

async function carryOut(
  stock: Stock,
  file: string,
  run: { options: ReplayCommandOptions; progress: Progress; signals: StopSignals },
): Promise<ReplayResult> {
  const { options, progress, signals } = run;
  try {
    return await replay(stock, {
      file,
      share: options.stock,
      inFlightMax: options.inFlight,
      partial: options.partial === true,
      ...(options.limit === undefined ? {} : { invoicesMax: options.limit }),
      onProgress: showReplayProgress(progress),
      signal: signals.signal,
    });
  } catch (error) {
    progress.end();
    if (error instanceof ReplayStopped) throw new CommandFailure(error.message, STOPPED_EXIT_CODE);
    if (error instanceof OrderFileError || error instanceof ReplayTrouble) {
      throw new CommandFailure(error.message);
    }
    throw error;
  }
}

const PHASES: Record<ReplayProgress['phase'], string> = {
  survey: 'Reading lines',
  stock: 'Receiving stock',
  invoices: 'Replaying invoices',
};

export function showReplayProgress(progress: Progress): (step: ReplayProgress) => void {
  return ({ phase, done, total }) => progress.show(PHASES[phase], done, total);
}

function shareOption(text: string): StockShare {
  const share = parseStockShare(text);
  if (share === undefined) throw new InvalidArgumentError('It must be a percentage such as 60%.');
  return share;
}
