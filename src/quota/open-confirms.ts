// Confirms under way at a node online, from the first step in its own store to the last. Whatever step
// was lost on the way, the next tick takes it up. Must never report a sale a second time before its
// verdict has taken effect here: the second verdict could be another one.

import type { Document } from '../engines/contract.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import { refuse } from '../kernel/refusals.ts';
import { type Reservation, viewReservation } from '../kernel/reservation.ts';
import type { Answer } from '../stock.ts';
import type { Verdict } from './centre.ts';
import { saleOf } from './sale-of.ts';
import { passing } from './share-terms.ts';
import { Waiters } from './waiters.ts';

export interface ConfirmParts {
  document: (id: string) => Promise<Document | undefined>;
  /** Brings a sale to the centre; what comes of it `judged` is told, once. */
  report: (sale: LeasedSale) => void;
  /** The last step, where the centre has the sale. */
  finish: (reservation: string) => Promise<unknown>;
  /** The last step, where it will not have it. */
  revoke: (reservation: string) => Promise<unknown>;
  /** How long a buyer waits. */
  answerWithinMs: number;
  monotonicMs: () => number;
}

/**
 * `doubted`: it may have taken its first step, and nobody is about it. `busy`: somebody is, or the
 * centre is asked. A verdict: what it came to, which has not taken effect here yet.
 */
type Open = 'doubted' | 'busy' | Verdict;

export class OpenConfirms {
  readonly #parts: ConfirmParts;
  readonly #open = new Map<string, Open>();
  readonly #waiters: Waiters<Answer<Reservation>>;

  constructor(parts: ConfirmParts) {
    this.#parts = parts;
    this.#waiters = new Waiters(parts.monotonicMs);
  }

  /** How many have not come to their end. */
  get count(): number {
    return this.#open.size;
  }

  /** Who waited too long is told so; what nobody is about is taken up. */
  tick(): void {
    this.#waiters.expire(() => refuse('unavailable', { reason: 'the centre cannot be reached' }));
    for (const [reservation, open] of this.#open) {
      if (open === 'doubted') void this.takeUp(reservation);
      else if (open !== 'busy') void this.judged(reservation, open);
    }
  }

  /** The answer to its first step was lost. */
  doubt(reservation: string): void {
    if (!this.#open.has(reservation)) this.#open.set(reservation, 'doubted');
  }

  /** Its first step was just taken: waits for what becomes of it. */
  async begun(reservation: string): Promise<Answer<Reservation>> {
    const waiting = this.#waiters.wait(reservation, this.#parts.answerWithinMs);
    await this.takeUp(reservation);
    return waiting;
  }

  /** What became of one that is under way, or was. */
  async outcome(reservation: string, repeated: boolean): Promise<Answer<Reservation>> {
    // Asked before the document is read: what is settled in between is found by one of the two.
    const waiting = this.begun(reservation);
    const found = await this.#parts.document(reservation);
    if (found?.state === 'CONFIRMING') return waiting;
    if (found?.state === 'CONFIRMED') {
      return { ok: true, repeated, value: viewReservation(found, 0) };
    }
    return refuse('already-cancelled', { reservation, status: found?.state ?? 'CANCELLED' });
  }

  /** Reports it if that is what it waits for, unless somebody is about it already. */
  async takeUp(reservation: string): Promise<void> {
    const open = this.#open.get(reservation);
    if (open !== undefined && open !== 'doubted') return;
    this.#open.set(reservation, 'busy');
    try {
      const document = await this.#parts.document(reservation);
      if (document?.state === 'CONFIRMING') this.#parts.report(saleOf(document));
      // A commit whose answer was lost may still be on its way.
      else if (document?.state === 'HELD') this.#open.set(reservation, 'doubted');
      else this.#open.delete(reservation);
    } catch (error) {
      this.#open.set(reservation, 'doubted');
      passing(error);
    }
  }

  /** The verdict on a sale: it is final, or its units go back to where they are by now. */
  async judged(reservation: string, verdict: Verdict): Promise<void> {
    this.#open.set(reservation, 'busy');
    const { finish, revoke, document } = this.#parts;
    await (verdict.ok ? finish : revoke)(reservation).catch(passing);
    // Read in any case: a step whose answer was lost may have been taken.
    const found = await document(reservation).catch(passing);
    const isDone = found !== undefined && found.state !== 'CONFIRMING';
    if (isDone) this.#open.delete(reservation);
    else this.#open.set(reservation, verdict);
    if (verdict.ok && found !== undefined) {
      // The centre has it, so it is sold, whatever state it is in here.
      const value = viewReservation({ ...found, state: 'CONFIRMED' }, 0);
      this.#waiters.settle(reservation, { ok: true, repeated: false, value });
    }
    // Asked again after a restart, the centre may say otherwise: nobody is refused before it is written.
    if (!verdict.ok && isDone) this.#waiters.settle(reservation, verdict);
  }
}
