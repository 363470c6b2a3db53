// Documents that ask for work when their deadline comes: a payment that must be looked at, a message
// that must go out. Falling due gives one to one process, and sets the deadline by which it is given
// to another one if that process dies. The work itself is not done here.

import type { Document, Transaction } from '../engines/contract.ts';
import { nextOf } from './reservation.ts';

/** How long a process has before the work is given to another one. */
export const TURN_MS = 60_000;

/** Kinds whose documents ask for work. An order does while its money goes back. */
const WORK_KINDS: ReadonlySet<string> = new Set([
  'payment',
  'order',
  'delivery',
  'message',
  'plan',
  'line',
  'sale',
]);

/** In which nobody needs to be given it: an order that waits for money ends, or reminds its buyer; a sale opens. */
const NO_WORK: Readonly<Record<string, ReadonlySet<string>>> = {
  order: new Set(['QUEUED', 'PENDING', 'RESERVED']),
  sale: new Set(['ARMED', 'OPEN']),
};

/** Whether its falling due gives it to somebody. */
export function asksForWork({ kind, state }: Pick<Document, 'kind' | 'state'>): boolean {
  return WORK_KINDS.has(kind) && NO_WORK[kind]?.has(state) !== true;
}

export function turnsOf(document: Document): number {
  return (document.data as { turns?: number }).turns ?? 0;
}

/** Gives the document to whoever commits this. */
export function takeTurn(document: Document): Transaction {
  const { id, version, state, claims } = document;
  const data = { ...document.data, turns: turnsOf(document) + 1 };
  return {
    guards: [{ document: id, version, due: true }],
    writes: [{ ...nextOf(document, state, data), claims, deadline: { afterMs: TURN_MS } }],
    events: [],
  };
}
