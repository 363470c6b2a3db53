// Which solutions were used, until they would have ended anyway, so that each is good once: in this process alone. Its
// memory has an end: once it is full nobody gets through, rather than somebody twice. Each entry cost whoever made it
// a proof of work.

import type { SolutionUse, UsedSolutions } from './solution-use.ts';

export const USED_MAX = 500_000;

export interface MemorySolutionsOptions {
  /** When this memory begins, by the store's clock: what was challenged before may have been used before. */
  sinceMs: number;
  max?: number;
}

export class MemorySolutions implements UsedSolutions {
  readonly #used = new Map<string, { by: string; untilMs: number }>();
  readonly #sinceMs: number;
  readonly #max: number;

  constructor({ sinceMs, max = USED_MAX }: MemorySolutionsOptions) {
    this.#sinceMs = sinceMs;
    this.#max = max;
  }

  usedBy({ id, nowMs }: Pick<SolutionUse, 'id' | 'nowMs'>): string | undefined {
    const used = this.#used.get(id);
    return used !== undefined && nowMs < used.untilMs ? used.by : undefined;
  }

  use({ id, by, madeMs, untilMs, nowMs }: SolutionUse): 'used' | 'expired' | undefined {
    if (madeMs !== undefined && madeMs < this.#sinceMs) return 'expired';
    const before = this.#used.get(id);
    if (before !== undefined) return before.by === by ? undefined : 'used';
    if (this.#used.size >= this.#max) this.#forget(nowMs);
    if (this.#used.size >= this.#max) return 'used';
    this.#used.set(id, { by, untilMs });
    return undefined;
  }

  get size(): number {
    return this.#used.size;
  }

  #forget(nowMs: number): void {
    for (const [id, { untilMs }] of this.#used) if (untilMs <= nowMs) this.#used.delete(id);
  }
}
