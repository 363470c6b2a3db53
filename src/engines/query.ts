// Whether a document answers a query: the meaning that every engine's own search must have.

import { isDue } from '../kernel/overlay.ts';
import type { Document, DocumentQuery } from './contract.ts';

/** Everything but `before` and `limit`, which are about pages. */
export function matchesQuery(document: Document, query: DocumentQuery): boolean {
  const { kind, states, due, buyer, reference, owner } = query;
  const state = due !== undefined && isDue(document, due.dueMs) ? due.state : document.state;
  return (
    document.kind === kind &&
    (states === undefined || states.includes(state)) &&
    (buyer === undefined || document.buyer === buyer) &&
    (reference === undefined || document.reference === reference) &&
    (owner === undefined || document.owners?.includes(owner) === true)
  );
}

/** The documents that answer a query, newest id first. */
export function pageOf(documents: readonly Document[], query: DocumentQuery): Document[] {
  const { before, limit } = query;
  return documents
    .filter((document) => before === undefined || document.id < before)
    .filter((document) => matchesQuery(document, query))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}
