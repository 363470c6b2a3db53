// Where a decision hangs on exact values and not only on there being enough. Everything else about a
// balance the write itself can check. Pure.

import { ownerOf } from '../../kernel/accounts.ts';
import type { Outcome, Transaction } from '../contract.ts';
import { touchedBy } from './touched.ts';

/**
 * The owners of whose accounts no value may have changed: all that a refused transaction looked at (it
 * says how much there was, and the others in its batch may have taken it), those whose number is
 * guarded on, and those that give what there is instead of what was asked.
 */
export function exactOwners(
  batch: readonly Transaction[],
  outcomes: readonly Outcome[],
): Set<string> {
  const owners = new Set<string>();
  for (const [index, transaction] of batch.entries()) {
    const outcome = outcomes[index]!;
    if (!outcome.ok) {
      for (const owner of touchedBy([transaction]).owners) owners.add(owner);
      if ('account' in outcome.refusal) owners.add(ownerOf(outcome.refusal.account));
      continue;
    }
    for (const guard of transaction.guards ?? []) if ('owner' in guard) owners.add(guard.owner);
    for (const { legs, quantityMin } of transaction.moves ?? []) {
      if (quantityMin !== undefined) for (const { from } of legs) owners.add(ownerOf(from));
    }
  }
  return owners;
}
