// Batches that this server has committed and not yet told those who follow: their entries need not be read
// back and parsed. Forgets what waits too long; what is not here is read.

import type { Entry } from '../contract.ts';

/** A server whose journal does not advance for a second has some 30,000. */
const ENTRIES_MAX = 50_000;

export class OwnBatches {
  readonly #batches = new Map<number, readonly Entry[]>();
  #entries = 0;

  keep(batch: number, entries: readonly Entry[]): void {
    this.#batches.set(batch, entries);
    this.#entries += entries.length;
    for (const [oldest] of this.#batches) {
      if (this.#entries <= ENTRIES_MAX) return;
      this.drop(oldest);
    }
  }

  /** All of them, as they are now. */
  kept(): ReadonlyMap<number, readonly Entry[]> {
    return new Map(this.#batches);
  }

  drop(batch: number): void {
    this.#entries -= this.#batches.get(batch)?.length ?? 0;
    this.#batches.delete(batch);
  }
}
