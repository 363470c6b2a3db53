// The subjects of one kind that were seen lately, at most so many, whoever makes names up: a table is put aside
// when it is full or two minutes old, and the one that was put aside before it is forgotten. Who comes again moves on.

import type { Counts } from './score.ts';
import type { SlidingCounts } from './sliding-counts.ts';
import type { Name } from './subject-name.ts';
import { OPEN_FOR_MS, type Subject, SubjectTable } from './subject-table.ts';

export const SUBJECTS_MAX = 10_000;

const FIRST_ALONE: Counts = { attempts: 1, refusals: 0, others: 0 };
const FIRST: Counts = { attempts: 1, refusals: 0, others: 1 };

export class RecentSubjects {
  #young: SubjectTable;
  #old: SubjectTable;

  constructor(nowMs: number) {
    this.#young = new SubjectTable(nowMs);
    this.#old = new SubjectTable(nowMs);
  }

  /** Takes note of an attempt, with the hash of the other that it came with; says what counts of all so far. */
  attempted(who: Subject, nowMs: number, other: number | undefined): Counts {
    this.#turn(nowMs);
    const counts = this.#young.get(who) ?? this.#movedOn(who);
    if (counts === undefined) {
      this.#young.add(who, nowMs, other);
      return other === undefined ? FIRST_ALONE : FIRST;
    }
    counts.attempted(nowMs, other);
    return counts.seen(nowMs);
  }

  known(who: Subject): SlidingCounts | undefined {
    return this.#young.get(who) ?? this.#old.get(who);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  *all(): Iterable<[name: Name, counts: SlidingCounts]> {
    yield* this.#young.all();
    yield* this.#old.all();
  }

  #movedOn(who: Subject): SlidingCounts | undefined {
    const counts = this.#old.take(who);
    if (counts !== undefined) this.#young.set(who, counts);
    return counts;
  }

  #turn(nowMs: number): void {
    const isFull = this.#young.size >= SUBJECTS_MAX;
    if (!isFull && nowMs - this.#young.beganMs < OPEN_FOR_MS) return;
    this.#old = this.#young;
    this.#young = new SubjectTable(nowMs);
  }
}
