// Whether a document answers a query: the meaning that every engine's own search must have.

import { ownerOf } from '../kernel/accounts.ts';
import type { Document, DocumentQuery } from './contract.ts';

/** Everything but `before` and `limit`, which are about pages. */
export function matchesQuery(document: Document, query: DocumentQuery): boolean {
  const { kind, states, buyer, reference, owner } = query;
  return (
    document.kind === kind &&
    (states === undefined || states.includes(document.state)) &&
    (buyer === undefined || document.data.buyer === buyer) &&
    (reference === undefined || document.data.reference === reference) &&
    (owner === undefined || ownersOf(document).includes(owner))
  );
}

/** The pools that a document has to do with: those of its lines and of its claims. */
export function ownersOf(document: Document): string[] {
  const owners = new Set<string>();
  const { lines } = document.data;
  if (Array.isArray(lines)) {
    for (const line of lines) {
      if (typeof line === 'object' && line !== null && 'pool' in line) {
        owners.add(String((line as { pool: unknown }).pool));
      }
    }
  }
  for (const claim of document.claims) {
    const owner = ownerOf(claim.account);
    if (!owner.startsWith('!')) owners.add(owner);
  }
  return [...owners];
}
