// The subjects of one kind that were seen lately, at most so many, whoever makes names up: a table is put aside
// when it is full or two minutes old, and the one that was put aside before it is forgotten. Who comes again moves on.

import { SlidingCounts, WINDOW_MS } from './sliding-counts.ts';
import type { Name } from './subject-name.ts';

export const SUBJECTS_MAX = 10_000;

export class RecentSubjects {
  #young = new Map<Name, SlidingCounts>();
  #old = new Map<Name, SlidingCounts>();
  #turnedAtMs: number;

  constructor(nowMs: number) {
    this.#turnedAtMs = nowMs;
  }

  /** Made where it is not there. */
  of(name: Name, nowMs: number): SlidingCounts {
    this.#turn(nowMs);
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.#old.delete(name);
    const counts = old ?? new SlidingCounts(nowMs);
    this.#young.set(name, counts);
    return counts;
  }

  known(name: Name): SlidingCounts | undefined {
    return this.#young.get(name) ?? this.#old.get(name);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  *all(): Iterable<[name: Name, counts: SlidingCounts]> {
    yield* this.#young;
    yield* this.#old;
  }

  #turn(nowMs: number): void {
    const isFull = this.#young.size >= SUBJECTS_MAX;
    if (!isFull && nowMs - this.#turnedAtMs < 2 * WINDOW_MS) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#turnedAtMs = nowMs;
  }
}
