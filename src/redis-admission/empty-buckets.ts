// Buckets of another place that are known to be empty, until they can have a token again. Times are of this process's
// own clock, which only counts how long ago an answer was.

import { type BucketAsked, bucketName, type Taken } from '../admission/buckets.ts';
import type { BucketLook } from '../admission/token-bucket.ts';

interface Empty {
  /** Of this process's clock. */
  atMs: number;
  look: BucketLook;
}

/** Further ones are not remembered until those that are have a token again. */
const EMPTY_MAX = 100_000;

export class EmptyBuckets {
  readonly #nowMs: () => number;
  readonly #empty = new Map<string, Empty>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** What whoever asks is told where one of them cannot have a token yet; undefined where that is not known. */
  refused(asked: readonly BucketAsked[]): Taken | undefined {
    if (this.#empty.size === 0) return undefined;
    const nowMs = this.#nowMs();
    const looks = asked.map((bucket) => this.#look(bucket, nowMs));
    return looks.every((look) => look === undefined) ? undefined : { isAdmitted: false, looks };
  }

  note(asked: readonly BucketAsked[], { isAdmitted, looks }: Taken): void {
    if (isAdmitted) return;
    const atMs = this.#nowMs();
    for (const [index, look] of looks.entries()) {
      if (look === undefined || look.isAdmitted) continue;
      if (this.#empty.size >= EMPTY_MAX) this.#forget(atMs);
      if (this.#empty.size < EMPTY_MAX) this.#empty.set(bucketName(asked[index]!), { atMs, look });
    }
  }

  #look(bucket: BucketAsked, nowMs: number): BucketLook | undefined {
    const name = bucketName(bucket);
    const empty = this.#empty.get(name);
    if (empty === undefined) return undefined;
    const { waitMs, fullInMs } = empty.look;
    const pastMs = nowMs - empty.atMs;
    if (pastMs < waitMs) {
      return { ...empty.look, waitMs: waitMs - pastMs, fullInMs: Math.max(0, fullInMs - pastMs) };
    }
    this.#empty.delete(name);
    return undefined;
  }

  #forget(nowMs: number): void {
    for (const [name, { atMs, look }] of this.#empty) {
      if (nowMs - atMs >= look.waitMs) this.#empty.delete(name);
    }
  }
}
