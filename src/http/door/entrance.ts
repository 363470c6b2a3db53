// The way of an attempt through the door of its sale and back: who may try goes on, and what came of it is told.

import type { Refused } from '../../kernel/refusals.ts';
import type { Answering } from '../exchange.ts';
import { type DecisionParts, DoorDecisions } from './decisions.ts';
import { type Attempt, type Guard, passDoor } from './sale-door.ts';

export class Entrance {
  readonly #guards: readonly Guard[];
  readonly #decisions: DoorDecisions;

  constructor(guards: readonly Guard[], parts: DecisionParts) {
    this.#guards = guards;
    this.#decisions = new DoorDecisions(parts);
  }

  /** Where no sale is known there is no door: whoever asks is told so behind it. */
  pass(attempt: Attempt | undefined, reply: Answering, goOn: () => void): void {
    if (attempt === undefined) {
      goOn();
      return;
    }
    const refused = (why: Refused) => this.#decisions.ended(attempt, why);
    passDoor(this.#guards, attempt, reply, { goOn, refused });
  }

  /** Who went on was answered so. */
  answered(attempt: Attempt | undefined, answer: { ok: true } | Refused): void {
    if (attempt !== undefined) this.#decisions.ended(attempt, answer.ok ? undefined : answer);
  }
}
