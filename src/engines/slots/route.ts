// Which slots a transaction needs, and which of them decides it: the one with the documents that it changes,
// because a reservation is one document and many moves; else the one that the first claim of what it makes gives
// back to, or that its first units come from. So the same command is decided in the same place again, and finds its
// first answer there. Pure.

import type { DocumentId, DocumentWrite, Transaction } from '../contract.ts';
import { hasOwnPlace, type Placement } from './placement.ts';

export interface Route {
  home: number;
  /** Home among them. */
  slots: ReadonlySet<number>;
}

/** Documents without a place of their own that are named and not made. */
export function unplacedIn({ guards = [], writes = [] }: Transaction): DocumentId[] {
  const ids: DocumentId[] = [];
  for (const guard of guards) if ('document' in guard) ids.push(guard.document);
  for (const write of writes) if (write.fresh !== true) ids.push(write.id);
  return ids.filter((id) => !hasOwnPlace(id));
}

export function routeOf(
  transaction: Transaction,
  { placement, placeOf }: { placement: Placement; placeOf: (id: DocumentId) => number },
): Route {
  const { guards = [], floors = [], moves = [], writes = [] } = transaction;
  const written = writes.filter((write) => !isMade(write)).map(({ id }) => placeOf(id));
  const slots = new Set(written);
  let home = written[0] ?? giverOf(writes, placement);
  if (home !== undefined) slots.add(home);
  for (const { legs } of moves) {
    for (const { from, to } of legs) {
      const slot = placement.ofAccount(from);
      home ??= slot;
      slots.add(slot).add(placement.ofDestination(to));
    }
  }
  for (const { account } of floors) slots.add(placement.ofAccount(account));
  for (const guard of guards) {
    const isOwner = 'owner' in guard;
    slots.add(isOwner ? placement.ofOwner(guard.owner) : placeOf(guard.document));
  }
  const [first = 0] = slots;
  home ??= first;
  slots.add(home);
  return { home, slots };
}

/** It lies wherever the transaction is decided. */
function isMade({ id, fresh }: DocumentWrite): boolean {
  return fresh === true && !hasOwnPlace(id);
}

/** Where the first claim of what is made gives back to. */
function giverOf(writes: readonly DocumentWrite[], placement: Placement): number | undefined {
  for (const write of writes) {
    const [claim] = isMade(write) ? (write.claims ?? []) : [];
    if (claim !== undefined) return placement.ofDestination(claim.undo);
  }
  return undefined;
}
