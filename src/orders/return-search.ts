// Searches returns for a caller. Answers as of a position that it states.

import type { DocumentId, DocumentQuery, Engine } from '../engines/contract.ts';
import type { ReturnState } from '../kernel/return-states.ts';
import { type Return, viewReturn } from './return-view.ts';

export interface ReturnQuery {
  /** Of this order, or of this reservation. */
  order?: DocumentId;
  reservation?: DocumentId;
  status?: ReturnState;
  buyer?: string;
  /** Those that have to do with this pool. */
  pool?: string;
  /** Only ids below this one: `next` of the page before. */
  before?: DocumentId;
  /** Default 50. */
  limit?: number;
}

export interface ReturnPage {
  returns: Return[];
  /** The journal's position that the page is as of. */
  asOf: number;
  /** Pass as `before` to get the next page; missing on the last. */
  next?: string;
}

/** Newest first. */
export async function searchReturns(engine: Engine, query: ReturnQuery): Promise<ReturnPage> {
  const { order, reservation, status, pool, limit = 50, ...rest } = query;
  const asked: DocumentQuery = { kind: 'return', limit, ...rest };
  const reference = order ?? reservation;
  if (reference !== undefined) asked.reference = reference;
  if (status !== undefined) asked.states = [status];
  if (pool !== undefined) asked.owner = pool;
  const page = await engine.find(asked);
  const last = page.documents.length === limit ? page.documents.at(-1) : undefined;
  return {
    returns: page.documents.map(viewReturn),
    asOf: page.asOf,
    ...(last === undefined ? {} : { next: last.id }),
  };
}
