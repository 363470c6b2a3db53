// What a verb makes of a command: a transaction to commit, or a refusal that needs no commit.

import type { Document, Transaction } from '../engines/contract.ts';
import { isDue } from './overlay.ts';
import type { Refused } from './refusals.ts';
import { refuse } from './refusals.ts';
import { type ReservationState, type ReservationVerbName, TRANSITIONS } from './reservation.ts';

export type Plan = { ok: true; transaction: Transaction } | Refused;

export function planned(transaction: Transaction): Plan {
  return { ok: true, transaction };
}

/** The state that a verb leads to, or the refusal that the table names. */
export function transition(
  { document, dueMs }: { document: Document; dueMs: number },
  verb: ReservationVerbName,
): { ok: true; state: ReservationState } | Refused {
  // Tidied up or not: one whose time is over has expired.
  const over = verb !== 'expire' && isDue(document, dueMs);
  const status = over ? 'EXPIRED' : (document.state as ReservationState);
  const next = TRANSITIONS[status][verb];
  if (next in TRANSITIONS) return { ok: true, state: next as ReservationState };
  return refuse(next as Refused['code'], {
    reservation: document.id,
    status,
    at: over ? document.deadlineMs! : document.updatedAtMs,
  });
}
