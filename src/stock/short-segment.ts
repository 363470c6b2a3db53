// Reads a refusal for want of units where pools are sold in segments: whether others may have what one has
// not, and which line of the caller it is about. Only looks.

import type { CommitRefusal, Transaction } from '../engines/contract.ts';
import { isLimitAccount, nameOf, ownerOf } from '../kernel/accounts.ts';
import { gatheredFirst, wholePool } from '../kernel/segments.ts';
import type { SegmentDirectory } from './segment-directory.ts';

/** Whether a segment was short of what other segments of its pool may have. */
export function isShortSegment(refusal: CommitRefusal, segments: SegmentDirectory): boolean {
  if (refusal.code !== 'insufficient' || isLimitAccount(refusal.account)) return false;
  if (nameOf(refusal.account) !== 'available') return false;
  return segments.of(wholePool(ownerOf(refusal.account))) !== undefined;
}

/** What only brought units together is no line of the caller's. */
export function lineOf(refusal: CommitRefusal, transaction: Transaction): CommitRefusal {
  if (refusal.code !== 'insufficient' || refusal.move < 0) return refusal;
  const before = gatheredFirst(transaction);
  return before === 0 ? refusal : { ...refusal, move: Math.max(0, refusal.move - before) };
}
