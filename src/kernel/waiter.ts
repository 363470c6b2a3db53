// A buyer in line for units of a pool: its states as a table, and what each verb does to its document.
// What happens to units is said elsewhere (line.ts); what an offer holds stands in its reservation.

import type { Claim, Document, DocumentId, Move, Transaction } from '../engines/contract.ts';
import { type Plan, planned } from './plan.ts';
import { type RefusalCode, type Refused, refuse } from './refusals.ts';
import { asJson, nextOf } from './reservation.ts';

/** OFFERED: units are held for it. LAPSED: it did not take them in time. LEFT: of its own will. */
export type WaiterState = 'WAITING' | 'OFFERED' | 'TAKEN' | 'LAPSED' | 'LEFT';
export type WaiterVerbName = 'offer' | 'take' | 'lapse' | 'leave';

/** For each state and verb the state that follows, or why not. */
export const WAITER_TRANSITIONS: Record<
  WaiterState,
  Record<WaiterVerbName, WaiterState | RefusalCode>
> = {
  WAITING: { offer: 'OFFERED', take: 'not-offered', lapse: 'not-offered', leave: 'LEFT' },
  OFFERED: { offer: 'already-waiting', take: 'TAKEN', lapse: 'LAPSED', leave: 'LEFT' },
  TAKEN: over('offer-taken'),
  LAPSED: over('offer-lapsed'),
  LEFT: over('left-line'),
};

function over(code: RefusalCode) {
  return { offer: code, take: code, lapse: code, leave: code } as const;
}

export const WAITER_ENDS: ReadonlySet<string> = new Set<WaiterState>(['TAKEN', 'LAPSED', 'LEFT']);

const WAITER_EVENTS: Record<WaiterVerbName, string> = {
  offer: 'waiter.offered',
  take: 'waiter.taken',
  lapse: 'waiter.lapsed',
  leave: 'waiter.left',
};

export interface WaiterData {
  pool: string;
  quantity: number;
  /** The sale that it waits in. */
  sale?: string;
  /** What counts there for the address that it was asked from. */
  addressKey?: string;
  /** The reservation that has what it was offered. */
  offer?: DocumentId;
  /** Why it left, where it did not say so itself. */
  reason?: string;
}

export function waiterData(document: Document): WaiterData {
  return document.data as unknown as WaiterData;
}

/** The claims of a waiter: its count in the line, and that it stands there once. */
const COUNT = 0;

/** It is its turn. It counts no more as one who waits, and still has its place. */
export function offered(document: Document, offer: DocumentId): Plan {
  return moved(document, 'offer', { patch: { offer }, gives: [COUNT] });
}

/** What its offer's reservation comes to, comes to the waiter in the same transaction. */
export function offerEnds(document: Document, verb: 'take' | 'lapse' | 'leave'): Transaction {
  const plan = moved(document, verb, {});
  // It has ended already, which its reservation does not know: refused for its version.
  if (!plan.ok) return { guards: [{ document: document.id, version: 0 }], events: [] };
  return plan.transaction;
}

/** It waits no more. */
export function leaves(document: Document, reason?: string): Plan {
  return moved(document, 'leave', reason === undefined ? {} : { patch: { reason } });
}

interface Change {
  patch?: Partial<WaiterData>;
  /** Which claims it lets go of. Missing: all. */
  gives?: readonly number[];
}

function moved(document: Document, verb: WaiterVerbName, { patch = {}, gives }: Change): Plan {
  const next = waiterTransition(document, verb);
  if (!next.ok) return next;
  const data: WaiterData = { ...waiterData(document), ...patch };
  const moves: Move[] = [];
  const claims = document.claims.map((claim, index): Claim => {
    const { account, undo, quantity } = claim;
    if (quantity === 0 || gives?.includes(index) === false) return claim;
    moves.push({ legs: [{ from: account, to: undo }], quantity });
    return { account, undo, quantity: 0 };
  });
  const write = { ...nextOf(document, next.state, asJson(data)), claims };
  const { offer, reason } = patch;
  const told = { ...(offer && { reservation: offer }), ...(reason && { reason }) };
  const event = { type: WAITER_EVENTS[verb], subject: document.id };
  return planned({
    guards: [{ document: document.id, version: document.version }],
    moves,
    writes: [WAITER_ENDS.has(next.state) ? { ...write, final: true } : write],
    events: [Object.keys(told).length === 0 ? event : { ...event, data: told }],
  });
}

function waiterTransition(
  { id, state }: Document,
  verb: WaiterVerbName,
): { ok: true; state: WaiterState } | Refused {
  const next = WAITER_TRANSITIONS[state as WaiterState][verb];
  if (next in WAITER_TRANSITIONS) return { ok: true, state: next as WaiterState };
  return refuse(next as RefusalCode, { waiter: id, waiterStatus: state });
}
