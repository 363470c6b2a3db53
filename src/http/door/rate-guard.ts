// Turns away who tries too often in a sale, before anything is looked at for them.

import type { BucketAsked, Buckets } from '../../admission/buckets.ts';
import { takeTokens } from '../rate-limit.ts';
import type { Attempt, Guard } from './sale-door.ts';

export function rateGuard(buckets: Buckets): Guard {
  return (attempt, reply) => {
    const asked = bucketsOf(attempt);
    return asked.length === 0 ? undefined : takeTokens(buckets, asked, reply);
  };
}

/** What an attempt to buy in a sale takes a token of. */
function bucketsOf({ sale: { sale, rate, buyerRate }, buyer }: Attempt): BucketAsked[] {
  const asked: BucketAsked[] = [];
  if (rate !== undefined) asked.push({ rule: { name: 'sale', ...rate }, key: sale });
  if (buyerRate !== undefined && buyer !== undefined) {
    asked.push({ rule: { name: 'buyer', ...buyerRate }, key: `${sale} ${buyer}` });
  }
  return asked;
}
