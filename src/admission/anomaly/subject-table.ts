// Subjects of one kind and what each did. Nearly everybody in a crowd is seen once: that is one number, when and with
// whom. As an object it was 104 bytes more, which collections copied twice for each attempt in a sale.

import { NameTable, NO_NAME } from '../../kernel/name-table.ts';
import { SlidingCounts, WINDOW_MS } from './sliding-counts.ts';
import type { Name } from './subject-name.ts';

/** A table takes new ones for so long at most. */
export const OPEN_FOR_MS = 2 * WINDOW_MS;

/** Of hashes of 32 bits, and of none. */
const HASHES = 2 ** 32 + 1;
const NOBODY = 2 ** 32;

/** Milliseconds since the table was begun, times `HASHES`, and the hash of the other; or one of these. */
type Once = number;
const AGAIN = -1;
const TAKEN = -2;

/** Who it is, and the hash of that, of 32 bits. */
export interface Subject {
  name: Name;
  hash: number;
}

export class SubjectTable {
  readonly #names = new NameTable<Name>();
  /** By number. */
  readonly #once: Once[] = [];
  /** Those that were seen again, by number. */
  readonly #again = new Map<number, SlidingCounts>();
  #taken = 0;
  readonly beganMs: number;

  constructor(nowMs: number) {
    this.beganMs = nowMs;
  }

  get size(): number {
    return this.#names.size - this.#taken;
  }

  /** One that is not in it, seen for the first time, with another of that hash. */
  add({ name, hash }: Subject, nowMs: number, other = NOBODY): void {
    // A clock that was put back, or one who came before the table was put aside.
    const sinceMs = Math.min(Math.max(0, Math.floor(nowMs - this.beganMs)), OPEN_FOR_MS);
    this.#names.add(name, hash);
    this.#once.push(sinceMs * HASHES + other);
  }

  /** One that is not in it. */
  set({ name, hash }: Subject, counts: SlidingCounts): void {
    this.#again.set(this.#names.add(name, hash), counts);
    this.#once.push(AGAIN);
  }

  /** What is changed in it counts. */
  get({ name, hash }: Subject): SlidingCounts | undefined {
    const number = this.#names.find(name, hash);
    if (number === NO_NAME) return undefined;
    const once = this.#once[number]!;
    if (once < 0) return this.#again.get(number);
    const counts = this.#countsOf(once);
    this.#again.set(number, counts);
    this.#once[number] = AGAIN;
    return counts;
  }

  /** As `get`, and it does not come back. */
  take({ name, hash }: Subject): SlidingCounts | undefined {
    const number = this.#names.find(name, hash);
    if (number === NO_NAME || this.#once[number] === TAKEN) return undefined;
    const once = this.#once[number]!;
    const counts = once === AGAIN ? this.#again.get(number) : this.#countsOf(once);
    this.#again.delete(number);
    this.#once[number] = TAKEN;
    this.#taken += 1;
    return counts;
  }

  /** To be read. */
  *all(): Iterable<[name: Name, counts: SlidingCounts]> {
    for (const [number, name] of this.#names.names.entries()) {
      const once = this.#once[number]!;
      if (once >= 0) yield [name, this.#countsOf(once)];
      else if (once === AGAIN) yield [name, this.#again.get(number)!];
    }
  }

  #countsOf(once: Once): SlidingCounts {
    const other = once % HASHES;
    const counts = new SlidingCounts(this.beganMs + Math.floor(once / HASHES));
    counts.attempted(this.beganMs, other === NOBODY ? undefined : other);
    return counts;
  }
}
