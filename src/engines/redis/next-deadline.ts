// When the next document of a store falls due, as it was last looked up. Asks for it once at a time.

import type { Reads } from './reads.ts';

export class NextDeadline {
  readonly #reads: Reads;
  #looking: Promise<void> | undefined;
  /** Undefined: nothing falls due. */
  atMs: number | undefined;

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  /** Shares a look that is under way. */
  look(): Promise<void> {
    this.#looking ??= this.#reads
      .nextDeadlineMs()
      .then((atMs) => {
        this.atMs = atMs;
      })
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  /** Resolves when no look is under way, whatever came of it. */
  async idle(): Promise<void> {
    await this.#looking?.catch(() => {});
  }
}
