// What a batch may touch, as far as it can be known before it is decided: what to lock, in one order
// for all, and what to load. Decides nothing.

import { ownerOf, ownerOfDocument, poolDocumentId } from '../../kernel/accounts.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { Destination, RequestName, Transaction } from '../contract.ts';

export interface Touched {
  requests: RequestName[];
  /** Documents that are written: locked for themselves. */
  written: string[];
  /** Documents that only must not change. */
  guarded: string[];
  /** Pools' documents: their owners are locked, and that is enough. */
  owned: string[];
  owners: string[];
}

/** Owners and pools' documents that a first attempt has missed. */
export interface Missed {
  owners: Set<string>;
  documents: Set<string>;
}

const NOTHING: Missed = { owners: new Set(), documents: new Set() };

export function touchedBy(batch: readonly Transaction[], missed: Missed = NOTHING): Touched {
  const requests = new Map<string, RequestName>();
  const written = new Set<string>();
  const guarded = new Set<string>();
  const owned = new Set(missed.documents);
  const owners = new Set(missed.owners);

  const document = (id: string, among: Set<string>) => {
    const owner = ownerOfDocument(id);
    if (owner === undefined) among.add(id);
    else {
      owners.add(owner);
      owned.add(id);
    }
  };
  const destination = (to: Destination) => {
    if (typeof to === 'string') owners.add(ownerOf(to));
    else {
      owners.add(to.release);
      owned.add(poolDocumentId(to.release));
    }
  };
  for (const { request, guards = [], floors = [], moves = [], writes = [] } of batch) {
    if (request !== undefined) requests.set(requestKey(request), request);
    for (const guard of guards) {
      if ('owner' in guard) owners.add(guard.owner);
      else document(guard.document, guarded);
    }
    for (const { account } of floors) owners.add(ownerOf(account));
    for (const { legs } of moves) {
      for (const { from, to } of legs) {
        owners.add(ownerOf(from));
        destination(to);
      }
    }
    // A fresh document is not there; but its pool is.
    for (const { id, fresh } of writes) {
      if (fresh !== true || ownerOfDocument(id) !== undefined) document(id, written);
    }
  }
  for (const id of written) guarded.delete(id);
  return {
    requests: [...requests.values()].sort(byName),
    written: [...written].sort(),
    guarded: [...guarded].sort(),
    owned: [...owned],
    owners: [...owners].sort(),
  };
}

function byName(one: RequestName, other: RequestName): number {
  if (one.principal !== other.principal) return one.principal < other.principal ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}
