// Replays an order file over a stock: opening stock, then every invoice in the order of the file,
// and an account of what became of every line. The result depends on the file, the share and the
// mode alone: not on how many commands are under way, nor on whether a run was killed and continued.

import type { Stock } from '../stock.ts';
import { checkBalances } from './balances-check.ts';
import { CarryOut } from './carry-out.ts';
import { CommandOrder } from './command-order.ts';
import { ReplayCommands, ReplayTrouble } from './commands.ts';
import { type Invoice, readInvoices } from './invoices.ts';
import { Journaled } from './journaled.ts';
import { StockBook } from './stock-book.ts';
import { openingStock, type StockShare } from './stock-share.ts';
import { type Survey, surveyOrders } from './survey.ts';
import { Tally, type TallyCounts } from './tally.ts';

export interface ReplayProgress {
  phase: 'survey' | 'stock' | 'invoices';
  done: number;
  /** Missing where it is not known yet. */
  total?: number;
}

export interface ReplayOptions {
  file: string;
  share: StockShare;
  /** Commands under way at once, at most. The result is the same for any number. */
  inFlightMax: number;
  /** Lines are granted as far as stock goes, instead of all or nothing per invoice. */
  partial?: boolean;
  /** Stop after so many invoices; without it the whole file. */
  invoicesMax?: number;
  /** Others use the pools too, so that answers and balances may differ from the file's own. */
  shared?: boolean;
  onProgress?: (progress: ReplayProgress) => void;
  signal?: AbortSignal;
  /** Called before each invoice that was not carried out in an earlier run. */
  pace?: (invoice: Invoice) => Promise<void>;
  beforeConfirm?: () => Promise<void>;
  holdForMs?: number;
}

export interface ReplayResult {
  sha256: string;
  /** Lines and units of the invoices that were carried out. */
  lines: number;
  units: number;
  invoices: number;
  pools: number;
  stockUnits: number;
  outcomes: TallyCounts;
  /** Commands sent by this run, and commands found in the journal from an earlier one. */
  commands: number;
  resumed: number;
  inFlightPeak: number;
  seconds: number;
  balancesDigest: string;
  outcomesDigest: string;
  /** Empty when everything adds up. */
  problems: string[];
}

/** The run was stopped from outside; run it again to continue. */
export class ReplayStopped extends Error {
  override readonly name = 'ReplayStopped';
}

/**
 * Runs the file. The stock must be empty, or hold an earlier run of the same file and share.
 *
 * @throws OrderFileError when the file cannot be read; ReplayTrouble when the engine holds something
 * else or answers what a replay cannot go on with; ReplayStopped after an abort.
 */
export async function replay(stock: Stock, options: ReplayOptions): Promise<ReplayResult> {
  const { file, onProgress } = options;
  const survey = await surveyOrders(file, (done) => onProgress?.({ phase: 'survey', done }));
  const journaled = await Journaled.read(stock.engine);
  return new Replay(stock, options, { survey, journaled }).run();
}

class Replay {
  readonly #stock: Stock;
  readonly #options: ReplayOptions;
  readonly #survey: Survey;
  readonly #journaled: Journaled;
  readonly #order: CommandOrder;
  readonly #commands: ReplayCommands;
  readonly #book = new StockBook();
  readonly #tally = new Tally();
  #stockUnits = 0;

  constructor(
    stock: Stock,
    options: ReplayOptions,
    { survey, journaled }: { survey: Survey; journaled: Journaled },
  ) {
    this.#stock = stock;
    this.#options = options;
    this.#survey = survey;
    this.#journaled = journaled;
    this.#order = new CommandOrder(options.inFlightMax);
    this.#commands = new ReplayCommands(stock, journaled, {
      partial: options.partial === true,
      shared: options.shared === true,
      ...(options.holdForMs === undefined ? {} : { holdForMs: options.holdForMs }),
      ...(options.beforeConfirm === undefined ? {} : { beforeConfirm: options.beforeConfirm }),
    });
  }

  async run(): Promise<ReplayResult> {
    const startedMs = performance.now();
    await this.#receiveStock();
    const { carryOut, ...read } = await this.#carryOutInvoices();
    await this.#markEnd(read.invoices);
    const seconds = (performance.now() - startedMs) / 1_000;
    const check = await checkBalances(this.#stock.engine, this.#book);
    const shared = this.#options.shared === true;
    return {
      ...read,
      sha256: this.#survey.sha256,
      pools: this.#book.pools.size,
      stockUnits: this.#stockUnits,
      outcomes: this.#tally.counts,
      commands: this.#commands.sent,
      resumed: this.#journaled.size,
      inFlightPeak: this.#order.inFlightPeak,
      seconds,
      balancesDigest: check.digest,
      outcomesDigest: this.#tally.digest(),
      problems: [
        ...carryOut.problems,
        ...this.#countingProblems(read),
        ...(shared ? [] : check.problems),
      ],
    };
  }

  async #receiveStock(): Promise<void> {
    const { share, partial, onProgress } = this.#options;
    const mode = partial === true ? 'partial' : 'all-or-nothing';
    const reference = `replay ${this.#survey.sha256.slice(0, 12)} ${share.text} ${mode}`;
    for (const found of this.#journaled.references) {
      if (found === reference) continue;
      throw new ReplayTrouble(
        `the engine holds another replay (${found}, not ${reference}); use an empty one`,
      );
    }
    const total = this.#survey.ordered.size;
    let done = 0;
    for (const [pool, ordered] of this.#survey.ordered) {
      this.#stopIfAsked();
      const units = openingStock(ordered, share);
      this.#book.open(pool, units);
      this.#stockUnits += units;
      await this.#order.submit(
        () => this.#commands.open(pool, units, reference),
        () => {
          done += 1;
          onProgress?.({ phase: 'stock', done, total });
        },
      );
    }
    await this.#order.drain();
  }

  async #carryOutInvoices() {
    const { file, invoicesMax = Number.POSITIVE_INFINITY, onProgress, pace } = this.#options;
    const carryOut = new CarryOut({
      order: this.#order,
      commands: this.#commands,
      book: this.#book,
      tally: this.#tally,
      partial: this.#options.partial === true,
      alone: this.#options.shared !== true,
      decidesInOrder: this.#stock.engine.decidesInOrder === true,
    });
    const total = Math.min(invoicesMax, this.#survey.invoices.size);
    const read = { invoices: 0, lines: 0, units: 0 };
    for await (const invoice of readInvoices(file, this.#survey)) {
      if (invoice.ordinal > invoicesMax) break;
      if (pace !== undefined && !this.#wasCarriedOut(invoice)) await pace(invoice);
      this.#stopIfAsked();
      await carryOut.invoice(invoice);
      read.invoices += 1;
      read.lines += invoice.lines.length;
      for (const { units } of invoice.lines) read.units += units;
      onProgress?.({ phase: 'invoices', done: read.invoices, total });
    }
    await this.#order.drain();
    return { carryOut, ...read };
  }

  #wasCarriedOut({ ordinal, number }: Invoice): boolean {
    return ordinal <= this.#journaled.finishedThrough || this.#journaled.has(`sale/${number}`);
  }

  async #markEnd(invoices: number): Promise<void> {
    const [pool] = this.#book.pools.keys();
    if (pool !== undefined && invoices > 0) await this.#commands.markEnd(invoices, pool);
  }

  /** Every line and unit must be counted once: against what was read, and against the survey. */
  #countingProblems(read: { lines: number; units: number }): string[] {
    const { lines, units } = this.#tally;
    const problems: string[] = [];
    const compare = (what: string, counted: number, expected: number) => {
      if (counted !== expected)
        problems.push(`${counted} ${what} counted, ${expected} in the file`);
    };
    compare('lines', lines, read.lines);
    compare('units', units, read.units);
    if (this.#options.invoicesMax === undefined) {
      compare('lines', lines, this.#survey.lines);
      compare('units', units, this.#survey.units);
    }
    return problems;
  }

  #stopIfAsked(): void {
    if (this.#options.signal?.aborted === true) {
      throw new ReplayStopped('stopped; run the same command again to continue');
    }
  }
}
