// Subjects of one kind and what each did. Nearly everybody in a crowd is seen once: that is one number, when and with
// whom. As an object it was 104 bytes more, which collections copied twice for each attempt in a sale.

import { SlidingCounts, WINDOW_MS } from './sliding-counts.ts';
import type { Name } from './subject-name.ts';

/** A table takes new ones for so long at most. */
export const OPEN_FOR_MS = 2 * WINDOW_MS;

/** Of hashes of 32 bits, and of none. */
const HASHES = 2 ** 32 + 1;
const NOBODY = 2 ** 32;

/** Milliseconds since the table was begun, times `HASHES`, and the hash of the other. */
type Once = number;

export class SubjectTable {
  readonly #seen = new Map<Name, SlidingCounts | Once>();
  readonly beganMs: number;

  constructor(nowMs: number) {
    this.beganMs = nowMs;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** One that is not in it, seen for the first time. */
  add(name: Name, nowMs: number, other = NOBODY): void {
    // A clock that was put back, or one who came before the table was put aside.
    const sinceMs = Math.min(Math.max(0, Math.floor(nowMs - this.beganMs)), OPEN_FOR_MS);
    this.#seen.set(name, sinceMs * HASHES + other);
  }

  set(name: Name, counts: SlidingCounts): void {
    this.#seen.set(name, counts);
  }

  /** What is changed in it counts. */
  get(name: Name): SlidingCounts | undefined {
    const seen = this.#seen.get(name);
    if (typeof seen !== 'number') return seen;
    const counts = this.#countsOf(seen);
    this.#seen.set(name, counts);
    return counts;
  }

  /** As `get`, and it is gone. */
  take(name: Name): SlidingCounts | undefined {
    const seen = this.#seen.get(name);
    if (seen === undefined) return undefined;
    this.#seen.delete(name);
    return typeof seen === 'number' ? this.#countsOf(seen) : seen;
  }

  /** To be read. */
  *all(): Iterable<[name: Name, counts: SlidingCounts]> {
    for (const [name, seen] of this.#seen) {
      yield [name, typeof seen === 'number' ? this.#countsOf(seen) : seen];
    }
  }

  #countsOf(once: Once): SlidingCounts {
    const other = once % HASHES;
    const counts = new SlidingCounts(this.beganMs + Math.floor(once / HASHES));
    counts.attempted(this.beganMs, other === NOBODY ? undefined : other);
    return counts;
  }
}
