// Names of accounts and owners in texts, each written once where they stand beside each other: an account of the same
// owner as the one before it as a slash and its own name, an owner by the number of what has an account of it. With
// each name in full an order in a sale, whose limit's owner has a name of 60 characters, was half as long again.

import { isOwnedBy, ownerOf } from '../kernel/accounts.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { AccountId } from './contract.ts';

const SLASH = 47;
/** So many are looked at for an owner's account: texts of a hundred lines are not to take the square of that. */
const LOOKED_AT_MAX = 4;

/** Writes an account after another one. */
export function writeAccountAfter(out: ByteWriter, before: AccountId, account: AccountId): void {
  const owner = ownerOf(before);
  out.name(isOwnedBy(account, owner) ? account.slice(owner.length) : account);
}

/** The account that was written so after another one. */
export function accountAfter(before: AccountId, text: string): AccountId {
  return text.charCodeAt(0) === SLASH ? ownerOf(before) + text : text;
}

/**
 * The number of the first account that is an owner's, of those from `start` on, after the last the first; -1 where
 * none of the few that are looked at is.
 */
export function numberOf(
  owner: string,
  count: number,
  { start, account }: { start: number; account: (index: number) => AccountId },
): number {
  const looked = Math.min(count, LOOKED_AT_MAX);
  for (let step = 0; step < looked; step += 1) {
    const index = (start + step) % count;
    if (isOwnedBy(account(index), owner)) return index;
  }
  return -1;
}
