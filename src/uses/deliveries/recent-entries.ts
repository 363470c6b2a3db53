// The last entries of the journal as they were told, so that what has just happened is sent without
// reading it again. What is not here any more is read from the store.

import type { Engine, Entry } from '../../engines/contract.ts';

const KEPT_MAX = 2_000;

export class RecentEntries {
  readonly #engine: Engine;
  readonly #kept = new Map<number, Entry>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#kept.set(entry.position, entry);
      if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    }
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Entries after a position, in order, without a gap; none at the end. */
  async after(position: number, limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    while (found.length < limit) {
      const next = this.#kept.get(position + 1 + found.length);
      if (next === undefined) break;
      found.push(next);
    }
    return found.length > 0 ? found : this.#engine.entries({ after: position, limit });
  }

  async at(position: number): Promise<Entry | undefined> {
    return (await this.after(position - 1, 1))[0];
  }
}
