// Which slots a transaction needs, and which of them decides it: the one with the documents that it changes,
// because a reservation is one document and many moves; else the one that its first units come from. So the same
// command is decided in the same place again, and finds its first answer there. Pure.

import type { DocumentId, Transaction } from '../contract.ts';
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
  const slots = new Set<number>();
  let home: number | undefined;
  let made: number | undefined;
  for (const { id, fresh, claims } of writes) {
    if (fresh === true && !hasOwnPlace(id)) {
      const undo = claims?.[0]?.undo;
      if (undo !== undefined && made === undefined) {
        made =
          typeof undo === 'string' ? placement.ofAccount(undo) : placement.ofOwner(undo.release);
      }
      continue;
    }
    const slot = placeOf(id);
    slots.add(slot);
    home ??= slot;
  }
  home ??= made;
  if (made !== undefined) slots.add(made);
  for (const { legs } of moves) {
    for (const { from, to } of legs) {
      const slot = placement.ofAccount(from);
      slots.add(slot);
      home ??= slot;
      slots.add(typeof to === 'string' ? placement.ofAccount(to) : placement.ofOwner(to.release));
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
