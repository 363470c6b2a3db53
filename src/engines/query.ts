// Whether a document answers a query: the meaning that every engine's own search must have.

import type { Document, DocumentQuery } from './contract.ts';

/** Everything but `before` and `limit`, which are about pages. */
export function matchesQuery(document: Document, query: DocumentQuery): boolean {
  const { kind, states, buyer, reference, owner } = query;
  return (
    document.kind === kind &&
    (states === undefined || states.includes(document.state)) &&
    (buyer === undefined || document.buyer === buyer) &&
    (reference === undefined || document.reference === reference) &&
    (owner === undefined || document.owners?.includes(owner) === true)
  );
}
