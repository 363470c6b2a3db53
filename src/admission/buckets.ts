// What rate limits ask of whoever keeps buckets: a token from each of several, or from none.

import type { BucketLook, BucketRule } from './token-bucket.ts';

/** A bucket: of a rule, for one key (a sale, a buyer in it, an API key). */
export interface BucketAsked {
  rule: BucketRule;
  key: string;
}

export interface Taken {
  isAdmitted: boolean;
  /** One for each bucket that was asked, in their order; none of those that were not looked at. */
  looks: readonly (BucketLook | undefined)[];
}

export interface Buckets {
  /** Takes a token from each, or from none. By the clock of where they are kept. */
  take(asked: readonly BucketAsked[]): Taken | Promise<Taken>;
}

/** What it is known by among all of one keeper. */
export function bucketName({ rule, key }: BucketAsked): string {
  return `${rule.name} ${key}`;
}
