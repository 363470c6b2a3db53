// Finds the reservation that a verb is about, with the allowances that it names, and lets the verb's
// rule plan on it. One whose time is over is made to expire first. Commits nothing else itself.

import type { Document, Engine } from '../engines/contract.ts';
import type { Holding } from '../kernel/give-back.ts';
import { isDue } from '../kernel/overlay.ts';
import type { Plan } from '../kernel/plan.ts';
import { refuse } from '../kernel/refusals.ts';
import { reservationData } from '../kernel/reservation.ts';
import type { Attempts } from './attempts.ts';

/** What a verb makes of a reservation. */
export type VerbRule = (holding: Holding) => Plan | Promise<Plan>;

export class HeldReservations {
  readonly #engine: Engine;
  readonly #attempts: Attempts;

  constructor(engine: Engine, attempts: Attempts) {
    this.#engine = engine;
    this.#attempts = attempts;
  }

  /** At once where fast memory has the reservation. */
  plan(id: string, rule: VerbRule): Plan | Promise<Plan> {
    const peeked = this.#engine.peek?.(id);
    const { dueMs } = this.#engine.clock();
    if (peeked === undefined || isDue(peeked, dueMs)) return this.#planStored(id, rule);
    return this.#planOn(peeked, dueMs, rule);
  }

  async #planStored(id: string, rule: VerbRule): Promise<Plan> {
    let document = await this.#find(id);
    if (document !== undefined && isDue(document, this.#engine.clock().dueMs)) {
      // Its time is over: whoever notices frees its units.
      await this.#attempts.settle([document]);
      document = await this.#find(id);
    }
    if (document === undefined) return refuse('unknown-reservation', { reservation: id });
    return this.#planOn(document, this.#engine.clock().dueMs, rule);
  }

  async #find(id: string): Promise<Document | undefined> {
    return this.#engine.peek?.(id) ?? (await this.#engine.documents([id]))[0];
  }

  #planOn(document: Document, dueMs: number, rule: VerbRule): Plan | Promise<Plan> {
    if (document.kind !== 'reservation') {
      return refuse('unknown-reservation', { reservation: document.id });
    }
    const { order } = reservationData(document);
    if (order !== undefined) return refuse('belongs-to-order', { reservation: document.id, order });
    const holding = this.#attempts.holdingOf(document, dueMs);
    return holding instanceof Promise ? holding.then(rule) : rule(holding);
  }
}
