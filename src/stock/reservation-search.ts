// Searches reservations for a caller: by the status that is shown, not the one that is stored, so
// that a filter and the rows it finds agree whether or not somebody has tidied up yet.

import type { DocumentId, Engine } from '../engines/contract.ts';
import { type Reservation, type ReservationState, viewReservation } from '../kernel/reservation.ts';

export interface ReservationQuery {
  status?: ReservationState;
  buyer?: string;
  reference?: string;
  pool?: string;
  /** Only ids below this one: `next` of the page before. */
  before?: DocumentId;
  /** Default 50. */
  limit?: number;
}

export interface ReservationPage {
  reservations: Reservation[];
  /** The journal's position that the page is as of. */
  asOf: number;
  /** The moment that it is as of: what was due then is shown as expired. */
  atMs: number;
  /** Pass as `before` to get the next page; missing on the last. */
  next?: string;
}

/** Newest first. May be a little behind what was accepted last; `asOf` says where it stands. */
export async function searchReservations(
  engine: Engine,
  query: ReservationQuery,
): Promise<ReservationPage> {
  const { status, pool, limit = 50, ...rest } = query;
  const { nowMs, dueMs } = engine.clock();
  const page = await engine.find({
    kind: 'reservation',
    limit,
    ...rest,
    ...(status ? { states: [status], due: { dueMs, state: 'EXPIRED' } } : {}),
    ...(pool ? { owner: pool } : {}),
  });
  const reservations = page.documents.map((document) => viewReservation(document, dueMs));
  const last = reservations.at(-1);
  const next = reservations.length === limit && last ? { next: last.id } : {};
  return { reservations, asOf: page.asOf, atMs: nowMs, ...next };
}
