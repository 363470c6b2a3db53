// Carries invoices out one after the other: sends what each asks for, in order, and settles the
// answers into the book, the past sales and the tally. The only place where a line gets its outcome.

import { LINES_MAX, TEXT_MAX } from '../kernel/check-command.ts';
import type { CommandOrder, Turn } from './command-order.ts';
import type { ReplayCommands, SaleAnswer, WriteOffAnswer } from './commands.ts';
import type { Invoice } from './invoices.ts';
import type { OrderLine } from './order-file.ts';
import type { Part } from './outcomes.ts';
import { type Match, PastSales } from './past-sales.ts';
import { type CommandKind, PoolTurns } from './pool-turns.ts';
import type { StockBook } from './stock-book.ts';
import type { Tally } from './tally.ts';

export interface PoolLine {
  line: OrderLine;
  units: number;
  pool: string;
}

export interface CarryOutParts {
  order: CommandOrder;
  commands: ReplayCommands;
  book: StockBook;
  tally: Tally;
  partial: boolean;
  /** Nobody else uses these pools: every answer must be the one that the book comes to. */
  alone: boolean;
  /** The engine decides transactions in the order in which they are handed to it. */
  decidesInOrder: boolean;
}

const PROBLEMS_MAX = 20;

export class CarryOut {
  readonly #parts: CarryOutParts;
  readonly #past = new PastSales();
  readonly #turns: PoolTurns;
  /** The latest return of each reservation: two at once would get in each other's way. */
  readonly #returns = new Map<string, Turn>();
  /** Where the engine's answer is not what the order of the file leads to. */
  readonly problems: string[] = [];

  constructor(parts: CarryOutParts) {
    this.#parts = parts;
    this.#turns = new PoolTurns(parts);
  }

  async invoice(invoice: Invoice): Promise<void> {
    const sales: PoolLine[] = [];
    const writeOffs: PoolLine[] = [];
    const returns: PoolLine[] = [];
    for (const sorted of invoice.lines) {
      const { line, units, kind } = sorted;
      if (kind === 'set-aside') {
        const { outcome } = sorted;
        this.#parts.order.note(() => this.#parts.tally.count(line, [{ outcome, units }]));
      } else if (kind === 'sale') sales.push({ line, units, pool: sorted.pool });
      else if (kind === 'return') returns.push({ line, units, pool: sorted.pool });
      else writeOffs.push({ line, units, pool: sorted.pool });
    }
    if (sales.length > 0) await this.#sell(invoice, sales);
    for (const line of writeOffs) await this.#writeOff(invoice, line);
    if (returns.length > 0) await this.#giveBack(invoice, returns);
  }

  // ── Sales ─────────────────────────────────────────────────────────────────────────────────────

  async #sell(invoice: Invoice, lines: readonly PoolLine[]): Promise<void> {
    const { order, commands, tally } = this.#parts;
    if (lines.length > LINES_MAX) {
      order.note(() => {
        for (const { line, units } of lines)
          tally.count(line, [{ outcome: 'out-of-bounds', units }]);
      });
      return;
    }
    const pools = poolsOf(lines);
    await this.#wait('reserve', pools);
    await commands.whenNotOverloaded();
    const turn = await order.submit(
      () => commands.sell(invoice, lines),
      (answer) => this.#settleSale(lines, answer),
    );
    this.#turns.took('reserve', pools, { turn });
  }

  #settleSale(lines: readonly PoolLine[], answer: SaleAnswer): void {
    const { book, partial, tally } = this.#parts;
    const expected = book.decideSale(lines, partial);
    if (!('granted' in expected)) {
      if (answer.sold) this.#unexpected(lines[0]!, 'was sold, where stock was short');
    } else if (!answer.sold) this.#unexpected(lines[0]!, 'was refused, where stock was enough');
    if (!answer.sold) {
      const short = answer.shortLine ?? ('shortLine' in expected ? expected.shortLine : -1);
      this.#settleRefused(lines, short);
      return;
    }
    lines.forEach(({ line, units, pool }, index) => {
      const sold = answer.granted[index] ?? 0;
      const refused = units - sold;
      if ('granted' in expected && expected.granted[index] !== sold) {
        this.#unexpected(lines[index]!, `got ${sold} where ${expected.granted[index]} were due`);
      }
      book.sell(pool, sold);
      this.#past.sold(line.customer, pool, { reservation: answer.reservation, units: sold });
      this.#past.refused(line.customer, pool, refused);
      tally.count(line, [
        { outcome: 'sold', units: sold },
        { outcome: 'not-enough-stock', units: refused },
      ]);
    });
  }

  #settleRefused(lines: readonly PoolLine[], shortLine: number): void {
    const { partial, tally } = this.#parts;
    lines.forEach(({ line, units, pool }, index) => {
      this.#past.refused(line.customer, pool, units);
      const itself = partial || index === shortLine;
      tally.count(line, [{ outcome: itself ? 'not-enough-stock' : 'other-line-short', units }]);
    });
  }

  // ── Write-offs ────────────────────────────────────────────────────────────────────────────────

  async #writeOff(invoice: Invoice, { line, units, pool }: PoolLine): Promise<void> {
    const { order, commands } = this.#parts;
    await this.#wait('write-off', [pool]);
    const key = `write-off/${invoice.number}/${line.number}`;
    const reason = line.description.slice(0, TEXT_MAX);
    const turn = await order.submit(
      () => commands.writeOff(key, { pool, units, reason, ordinal: invoice.ordinal }),
      (answer) => this.#settleWriteOff({ line, units, pool }, answer),
    );
    this.#turns.took('write-off', [pool], { turn });
  }

  #settleWriteOff(asked: PoolLine, answer: WriteOffAnswer): void {
    const { book, tally } = this.#parts;
    const { line, units, pool } = asked;
    const expected = book.decideWriteOff(pool, units);
    const gone = answer ?? 0;
    if (gone !== expected) this.#unexpected(asked, `lost ${gone} where ${expected} were there`);
    book.writeOff(pool, gone);
    tally.count(line, [
      { outcome: 'written-off', units: gone },
      { outcome: 'write-off-exceeds-stock', units: units - gone },
    ]);
  }

  // ── Returns ───────────────────────────────────────────────────────────────────────────────────

  async #giveBack(invoice: Invoice, lines: readonly PoolLine[]): Promise<void> {
    const { order, commands } = this.#parts;
    const pools = poolsOf(lines);
    // Also makes sure that every earlier sale of these pools is known.
    await this.#wait('return', pools);
    const matches = lines.map(({ line, units, pool }) =>
      this.#past.match(line.customer, pool, units),
    );
    const refused = new Set<string>();
    let number = 0;
    for (const [reservation, taken] of byReservation(lines, matches)) {
      number += 1;
      const key = `return/${invoice.number}/${number}`;
      await this.#returns.get(reservation)?.settled;
      let loose = false;
      const turn = await order.submit(
        () => {
          loose = !commands.plansAtOnce(reservation);
          return commands.giveBack(key, reservation, taken);
        },
        (done) => {
          if (!done) refused.add(reservation);
        },
      );
      this.#returns.set(reservation, turn);
      const takenPools = poolsOf(taken);
      this.#turns.took('return', takenPools, { turn, loose });
    }
    order.note(() => {
      for (const [index, line] of lines.entries())
        this.#settleReturn(line, matches[index]!, refused);
    });
  }

  #settleReturn(asked: PoolLine, match: Match, refused: ReadonlySet<string>): void {
    const { book, tally } = this.#parts;
    let back = 0;
    let exceeding = match.exceeding;
    for (const { reservation, units } of match.taken) {
      if (refused.has(reservation)) {
        exceeding += units;
        this.#unexpected(asked, 'could not come back, though it was sold');
      } else back += units;
    }
    if (back > 0) book.takeBack(asked.pool, back);
    const parts: Part[] = [
      { outcome: 'returned', units: back },
      { outcome: 'return-of-refused-sale', units: match.refused },
      { outcome: 'return-exceeds-sales', units: exceeding },
      { outcome: 'return-without-sale', units: match.without },
    ];
    tally.count(asked.line, parts);
  }

  // ── Order ─────────────────────────────────────────────────────────────────────────────────────

  async #wait(kind: CommandKind, pools: Iterable<string>): Promise<void> {
    await this.#turns.before(kind, pools)?.settled;
  }

  #unexpected({ line, pool }: PoolLine, what: string): void {
    if (!this.#parts.alone || this.problems.length >= PROBLEMS_MAX) return;
    this.problems.push(`line ${line.number} (invoice ${line.invoice}, pool ${pool}) ${what}`);
  }
}

function poolsOf(lines: readonly { pool: string }[]): Set<string> {
  return new Set(lines.map(({ pool }) => pool));
}

/** What is taken back from each reservation, in the order in which the lines found them. */
function byReservation(lines: readonly PoolLine[], matches: readonly Match[]) {
  const taken = new Map<string, { pool: string; units: number }[]>();
  for (const [index, { pool }] of lines.entries()) {
    for (const { reservation, units } of matches[index]!.taken) {
      const group = taken.get(reservation) ?? [];
      group.push({ pool, units });
      taken.set(reservation, group);
    }
  }
  return taken;
}
