// A return as a caller sees it: what was announced, what came in, what became of it, what is to be
// refunded. Reads documents only.

import type { Document, DocumentId } from '../engines/contract.ts';
import type { Money } from '../kernel/money.ts';
import { type CarrierNote, type ReturnLine, returnData, returnLines } from '../kernel/return.ts';
import type { ReturnState } from '../kernel/return-states.ts';
import { wholePool } from '../kernel/segments.ts';

export interface Return {
  id: string;
  status: ReturnState;
  version: number;
  order?: DocumentId;
  /** The sale that it takes back from. */
  reservation: DocumentId;
  lines: ReturnLine[];
  buyer?: string;
  reason?: string;
  carrier?: CarrierNote[];
  /** What arrived and was not sold there: it is no stock. */
  unmatched?: { pool: string; quantity: number }[];
  /** Once it is closed. */
  refundWanted?: Money;
  /** States that it was in, the present one last, each with the moment since when. */
  history: { status: ReturnState; atMs: number }[];
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewReturn(document: Document): Return {
  const data = returnData(document);
  const { history = [], sinceMs = document.updatedAtMs } = data;
  const states: [ReturnState, number][] = [...history, [document.state as ReturnState, sinceMs]];
  const { order, reason, carrier, unmatched, refundWanted } = data;
  const { buyer } = document;
  // The caller's own copy: the document may be the one in memory.
  return structuredClone({
    id: document.id,
    status: document.state as ReturnState,
    version: document.version,
    ...(order === undefined ? {} : { order }),
    reservation: data.reservation,
    lines: returnLines(document).map((line) => ({ ...line, pool: wholePool(line.pool) })),
    ...(buyer === undefined ? {} : { buyer }),
    ...(reason === undefined ? {} : { reason }),
    ...(carrier === undefined ? {} : { carrier }),
    ...(unmatched === undefined ? {} : { unmatched }),
    ...(refundWanted === undefined ? {} : { refundWanted }),
    history: states.map(([status, atMs]) => ({ status, atMs })),
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  });
}
