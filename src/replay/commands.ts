// The commands of a replay, as the library takes them: each under a key made of the invoice number,
// so that sending it twice does it once. Commands that an earlier run has sent are answered from the
// journal. Answers are values; an answer that a replay cannot go on with is thrown.

import { setTimeout as wait } from 'node:timers/promises';
import { HOLD_MAX_MS } from '../kernel/check-command.ts';
import type { RefusalCode, Refused } from '../kernel/refusals.ts';
import type { CallOptions, Stock } from '../stock.ts';
import type { Invoice } from './invoices.ts';
import { type Journaled, REPLAY_PRINCIPAL } from './journaled.ts';
import type { SaleLine } from './stock-book.ts';

/** The engine answered what a replay cannot go on with. */
export class ReplayTrouble extends Error {
  override readonly name = 'ReplayTrouble';

  static of(what: string, { code, details }: Refused): ReplayTrouble {
    return new ReplayTrouble(`${what}: ${code} ${JSON.stringify(details)}`);
  }
}

export type SaleAnswer =
  | { sold: true; reservation: string; granted: readonly number[] }
  /** Without a line: no line was granted anything, or the refusal is from an earlier run. */
  | { sold: false; shortLine?: number; before: boolean };

/** How many were written off; undefined: nothing, and that is from an earlier run. */
export type WriteOffAnswer = number | undefined;

export interface CommandOptions {
  partial: boolean;
  /** Others act on the same pools and reservations: one that they ended was not sold. */
  shared: boolean;
  /** How long a reservation is held before it is confirmed, at most. Default: sixty days. */
  holdForMs?: number;
  /** Called between a reservation and its confirm. */
  beforeConfirm?: () => Promise<void>;
}

const OVERLOAD_PAUSE_MS = 20;

/** Somebody else was faster. */
const ENDED: ReadonlySet<RefusalCode> = new Set([
  'already-confirmed',
  'already-cancelled',
  'already-expired',
]);

export class ReplayCommands {
  readonly #stock: Stock;
  readonly #journaled: Journaled;
  readonly #options: CommandOptions;
  /** Commands sent by this run. */
  sent = 0;

  constructor(stock: Stock, journaled: Journaled, options: CommandOptions) {
    this.#stock = stock;
    this.#journaled = journaled;
    this.#options = options;
  }

  /** Waits while the engine is so far behind that it would turn reservations away. */
  async whenNotOverloaded(): Promise<void> {
    while (this.#stock.engine.sheds) await wait(OVERLOAD_PAUSE_MS);
  }

  /** Creates a pool with its opening stock. */
  async open(pool: string, units: number, reference: string): Promise<void> {
    if (!this.#journaled.has(`pool/${pool}`)) {
      const made = await this.#stock.putPool({ pool }, this.#call(`pool/${pool}`));
      if (!made.ok) throw ReplayTrouble.of(`pool ${pool}`, made);
    }
    if (units === 0 || this.#journaled.has(`stock/${pool}`)) return;
    const command = { pool, quantity: units, reference };
    const received = await this.#stock.receive(command, this.#call(`stock/${pool}`));
    if (!received.ok) throw ReplayTrouble.of(`stock of ${pool}`, received);
  }

  /** Reserves an invoice's lines, and confirms what was granted. */
  async sell(invoice: Invoice, lines: readonly SaleLine[]): Promise<SaleAnswer> {
    const key = `sale/${invoice.number}`;
    const before = this.#journaled.pass(key);
    if (before !== undefined) {
      const reservation = before.reservation!;
      if (!this.#journaled.has(`confirm/${invoice.number}`)) {
        const kept = await this.#confirm(invoice, reservation);
        if (!kept) return { sold: false, before: false };
      }
      return { sold: true, reservation, granted: before.granted };
    }
    const pools = lines.map(({ pool }) => pool);
    if (this.#journaled.wasRefused(invoice.ordinal, pools)) return { sold: false, before: true };
    const { partial, holdForMs = HOLD_MAX_MS } = this.#options;
    const answer = await this.#stock.reserve(
      {
        lines: lines.map(({ pool, units }) =>
          partial ? { pool, quantity: units, quantityMin: 0 } : { pool, quantity: units },
        ),
        reference: invoice.number,
        holdForMs,
        ...buyerOf(invoice),
      },
      this.#call(key),
    );
    if (!answer.ok) {
      if (answer.code !== 'insufficient-stock') {
        throw ReplayTrouble.of(`invoice ${invoice.number}`, answer);
      }
      const { line } = answer.details;
      const short = typeof line === 'number' ? { shortLine: line } : {};
      return { sold: false, before: false, ...short };
    }
    const { id, lines: granted } = answer.value;
    await this.#options.beforeConfirm?.();
    if (!(await this.#confirm(invoice, id))) return { sold: false, before: false };
    return { sold: true, reservation: id, granted: granted.map(({ quantity }) => quantity) };
  }

  /** Gives units of an earlier sale back; false when they are not there to be given back. */
  async giveBack(key: string, reservation: string, lines: readonly SaleLine[]): Promise<boolean> {
    if (this.#journaled.pass(key) !== undefined) return true;
    const named = lines.map(({ pool, units }) => ({ pool, quantity: units }));
    const answer = await this.#stock.return({ reservation, lines: named }, this.#call(key));
    if (answer.ok) return true;
    if (answer.code === 'quantity-exceeds-sold' || answer.code === 'not-confirmed') return false;
    throw ReplayTrouble.of(key, answer);
  }

  /** Whether a return of this reservation is planned at once, in the order in which it is sent. */
  plansAtOnce(reservation: string): boolean {
    return this.#stock.engine.peek?.(reservation) !== undefined;
  }

  /** Writes units off, as many as are there. */
  async writeOff(
    key: string,
    line: SaleLine & { ordinal: number; reason: string },
  ): Promise<WriteOffAnswer> {
    const before = this.#journaled.pass(key);
    if (before !== undefined) return before.granted[0] ?? 0;
    const { pool, units, ordinal, reason } = line;
    if (this.#journaled.wasRefused(ordinal, [pool])) return undefined;
    const command = { pool, quantity: -units, upTo: true, ...(reason ? { reason } : {}) };
    const answer = await this.#stock.adjust(command, this.#call(key));
    if (answer.ok) return answer.value.quantity;
    if (answer.code === 'insufficient-stock') return 0;
    throw ReplayTrouble.of(key, answer);
  }

  /**
   * Marks all invoices up to `ordinal` as decided, once. The mark is a pool written again as it is:
   * the journal keeps the key.
   */
  async markEnd(ordinal: number, pool: string): Promise<void> {
    if (this.#journaled.finishedThrough >= ordinal) return;
    const answer = await this.#stock.putPool({ pool }, this.#call(`end/${ordinal}`));
    if (!answer.ok) throw ReplayTrouble.of('end', answer);
  }

  async #confirm(invoice: Invoice, reservation: string): Promise<boolean> {
    const call = this.#call(`confirm/${invoice.number}`);
    const answer = await this.#stock.confirm({ reservation }, call);
    if (answer.ok) return true;
    if (this.#options.shared && ENDED.has(answer.code)) return false;
    throw ReplayTrouble.of(`confirm of invoice ${invoice.number}`, answer);
  }

  #call(key: string): CallOptions {
    this.sent += 1;
    return { key, principal: REPLAY_PRINCIPAL };
  }
}

function buyerOf({ lines }: Invoice): { buyer?: string } {
  const buyer = lines[0]?.line.customer;
  return buyer ? { buyer } : {};
}
