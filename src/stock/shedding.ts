// Decides when a store is too far behind to take more: reservations first, what settles or moves
// units ten times later, because turning that away would make a crowd last longer.

import type { Batcher, Lane } from '../engines/batcher.ts';
import type { Engine } from '../engines/contract.ts';

const SETTLE_LATER_FACTOR = 10;

export class Shedding {
  readonly #engine: Engine;
  readonly #batcher: Batcher;
  readonly #afterMs: number;

  /** `afterMs`: how long the oldest may wait for its batch. */
  constructor(engine: Engine, batcher: Batcher, afterMs = Number.POSITIVE_INFINITY) {
    this.#engine = engine;
    this.#batcher = batcher;
    this.#afterMs = afterMs;
  }

  sheds(lane: Lane): boolean {
    if (lane === 'reserve') {
      return this.#engine.sheds || this.#batcher.waitedMs('reserve') > this.#afterMs;
    }
    return this.#batcher.waitedMs('finish') > this.#afterMs * SETTLE_LATER_FACTOR;
  }
}
