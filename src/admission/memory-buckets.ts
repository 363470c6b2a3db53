// Buckets in the memory of one server, which has an end. It forgets those that are full again, which is what nobody has
// heard of, and where there are too many, those that lack the least, within a factor of two. What a forgotten bucket
// lacked is all that anybody can have beyond their rate, and whoever makes names up had a full one for each anyway.

import { type BucketAsked, type Buckets, bucketName, type Taken } from './buckets.ts';
import { lookAt } from './token-bucket.ts';

/** Some 50 MB. */
export const BUCKETS_MAX = 200_000;
const FORGET_EVERY_MS = 10_000;
/** What a name lacks that was used once. */
const FEW = 1;

interface Bucket {
  fullAtMs: number;
  /** Between two tokens. */
  everyMs: number;
}

export class MemoryBuckets implements Buckets {
  readonly #nowMs: () => number;
  readonly #max: number;
  readonly #known = new Map<string, Bucket>();
  /** Where the look for one that may be forgotten has come to. */
  #looking = this.#known.entries();
  /** Tokens that such a one lacks at most. */
  #few = FEW;
  #forgotAtMs = 0;

  /** Counted from now: a double of ms since 1970 has steps of 0.24 µs, a quarter of a token at a million/s. */
  constructor(nowMs: () => number, max = BUCKETS_MAX) {
    const startMs = nowMs();
    this.#nowMs = () => nowMs() - startMs;
    this.#max = max;
  }

  take(asked: readonly BucketAsked[]): Taken {
    const nowMs = this.#nowMs();
    if (nowMs - this.#forgotAtMs >= FORGET_EVERY_MS) this.#forgetFull(nowMs);
    const names = asked.map(bucketName);
    const looks = asked.map(({ rule }, index) =>
      lookAt(rule, this.#known.get(names[index]!)?.fullAtMs, nowMs),
    );
    const isAdmitted = looks.every((look) => look.isAdmitted);
    if (isAdmitted) {
      for (const [index, { fullAtMs }] of looks.entries()) {
        const everyMs = 1_000 / asked[index]!.rule.perSecond;
        this.#known.set(names[index]!, { fullAtMs, everyMs });
      }
      while (this.#known.size > this.#max) this.#forgetOne(nowMs);
    }
    return { isAdmitted, looks };
  }

  /** How many it knows of. */
  get size(): number {
    return this.#known.size;
  }

  #forgetFull(nowMs: number): void {
    this.#forgotAtMs = nowMs;
    this.#few = FEW;
    for (const [name, { fullAtMs }] of this.#known) if (fullAtMs <= nowMs) this.#known.delete(name);
  }

  /** Goes on where it was, and is seldom round: once in ten seconds for each doubling. */
  #forgetOne(nowMs: number): void {
    for (;;) {
      for (let left = this.#known.size; left > 0; left -= 1) {
        const [name, bucket] = this.#next();
        if ((bucket.fullAtMs - nowMs) / bucket.everyMs > this.#few) continue;
        this.#known.delete(name);
        return;
      }
      this.#few *= 2;
    }
  }

  #next(): [name: string, bucket: Bucket] {
    const { value } = this.#looking.next();
    if (value !== undefined) return value;
    this.#looking = this.#known.entries();
    return this.#looking.next().value!;
  }
}
