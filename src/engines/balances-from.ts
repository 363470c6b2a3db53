// Balances of an owner at a moment of the past, from all entries of a journal in memory.

import { nameOf, ownerOf } from '../kernel/accounts.ts';
import type { Entry } from './contract.ts';

/** By the names of its accounts; undefined when the owner did not exist then. */
export function balancesFrom(
  entries: readonly Entry[],
  owner: string,
  atMs: number,
): Record<string, number> | undefined {
  const balances = new Map<string, number>();
  const add = (name: string, quantity: number) =>
    balances.set(name, (balances.get(name) ?? 0) + quantity);
  let known = false;
  for (const entry of entries) {
    if (entry.atMs > atMs) break;
    known ||= entry.seqs.some(([touched]) => touched === owner);
    for (const { from, to, quantity } of entry.moves) {
      if (ownerOf(from) === owner) add(nameOf(from), -quantity);
      if (ownerOf(to) === owner) add(nameOf(to), quantity);
    }
  }
  return known ? Object.fromEntries(balances) : undefined;
}
