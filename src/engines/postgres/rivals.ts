// Whether other servers write the owners that this one writes, found in the owners' numbers: one that is
// higher than this server's last batch left it was raised by somebody else. Says how many batches may be
// under way, and starts none.

import type { OwnerChange } from '../../kernel/overlay.ts';

/** One is decided while another is written. */
const ALONE = 2;
/**
 * Where several servers write the same pools their batches wait for each other anyway, and fewer larger
 * ones cost less: four servers on one hot pool made 13,400 reservations/s with one each, 11,800 with two.
 */
const AMONG_RIVALS = 1;
/** Owners whose numbers are kept; beyond it they are learned anew. */
const OWNERS_MAX = 10_000;
/** What the latest batch weighs: it takes some four of one kind to change the verdict. */
const WEIGHT = 0.2;

export class Rivals {
  readonly #last = new Map<string, number>();
  /** The share of owners that somebody else had written since, over the last batches. */
  #share = 0;

  /** Whether most of what this server writes is written by others in between. */
  get areHere(): boolean {
    return this.#share > 0.5;
  }

  get batchesMax(): number {
    return this.areHere ? AMONG_RIVALS : ALONE;
  }

  /** A batch raises the numbers of these owners from what it found. */
  note(found: ReadonlyMap<string, number>, raised: readonly OwnerChange[]): void {
    let known = 0;
    let others = 0;
    for (const { owner, seq } of raised) {
      const last = this.#last.get(owner);
      if (last !== undefined) {
        known += 1;
        if ((found.get(owner) ?? 0) > last) others += 1;
      }
      if (this.#last.size > OWNERS_MAX) this.#last.clear();
      this.#last.set(owner, seq);
    }
    if (known > 0) this.#share += WEIGHT * (others / known - this.#share);
  }
}
