// Buckets in the memory of one server. Forgets those that are full again, which is what nobody has heard of:
// it keeps the keys of two fillings at most, whoever makes them up.

import type { BucketAsked, Buckets, Taken } from './buckets.ts';
import { fillMs, lookAt } from './token-bucket.ts';

export class MemoryBuckets implements Buckets {
  readonly #nowMs: () => number;
  /** When each would be full again, written since the last turn, and in the one before. */
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #turnedAtMs: number;
  /** The longest that any bucket takes to fill. */
  #longestMs = 0;

  /** Counted from now: a double of ms since 1970 has steps of 0.24 µs, a quarter of a token at a million/s. */
  constructor(nowMs: () => number) {
    const startMs = nowMs();
    this.#nowMs = () => nowMs() - startMs;
    this.#turnedAtMs = 0;
  }

  take(asked: readonly BucketAsked[]): Taken {
    const nowMs = this.#nowMs();
    const names = asked.map(({ rule, key }) => `${rule.name} ${key}`);
    const looks = asked.map(({ rule }, index) => {
      this.#longestMs = Math.max(this.#longestMs, fillMs(rule));
      return lookAt(rule, this.#fullAtMs(names[index]!), nowMs);
    });
    this.#turn(nowMs);
    const isAdmitted = looks.every((look) => look.isAdmitted);
    if (isAdmitted) {
      for (const [index, { fullAtMs }] of looks.entries()) this.#young.set(names[index]!, fullAtMs);
    }
    return { isAdmitted, looks };
  }

  /** How many it knows of. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #fullAtMs(name: string): number | undefined {
    return this.#young.get(name) ?? this.#old.get(name);
  }

  /** What was written before the last turn is full by the next one. */
  #turn(nowMs: number): void {
    if (nowMs - this.#turnedAtMs < this.#longestMs) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#turnedAtMs = nowMs;
  }
}
