// Reads a refusal for want of units where pools are sold in segments: whether others may have what one has
// not, and which line of the caller it is about. Only looks.

import type { CommitRefusal, PoolId, Transaction } from '../engines/contract.ts';
import { isLimitAccount, nameOf, ownerOf } from '../kernel/accounts.ts';
import { gatheredFirst, wholePool } from '../kernel/segments.ts';
import type { SegmentDirectory } from './segment-directory.ts';

/** The pool of which one segment was short of what others may have; nobody may have heard of those yet. */
export function shortSegmentOf(
  refusal: CommitRefusal,
  segments: SegmentDirectory,
): PoolId | undefined {
  if (refusal.code !== 'insufficient' || isLimitAccount(refusal.account)) return undefined;
  if (nameOf(refusal.account) !== 'available') return undefined;
  const owner = ownerOf(refusal.account);
  const pool = wholePool(owner);
  // A cart tells in which segment its units are, and not how many others there are.
  return pool !== owner || segments.of(pool) !== undefined ? pool : undefined;
}

/** What only brought units together is no line of the caller's. */
export function lineOf(refusal: CommitRefusal, transaction: Transaction): CommitRefusal {
  if (refusal.code !== 'insufficient' || refusal.move < 0) return refusal;
  const before = gatheredFirst(transaction);
  return before === 0 ? refusal : { ...refusal, move: Math.max(0, refusal.move - before) };
}
