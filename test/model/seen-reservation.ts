// A reservation as the product shows it and as the naive shop knows it, in one form, so that the two
// can be compared.

import type { Reservation } from '../../src/kernel/reservation.ts';
import type { NaiveReservation } from './naive-reservation.ts';

/** What a shop shows of a reservation. */
export function shown({ id, status, version, lines, buyer, expiresAtMs }: Reservation) {
  return {
    id,
    status,
    version,
    buyer,
    expiresAtMs,
    lines: lines.map(({ pool, quantity, confirmed, returned }) => ({
      pool,
      quantity,
      confirmed,
      returned: returned ?? 0,
    })),
  };
}

/** What it should show. */
export function expected({ id, status, version, lines, buyer, deadlineMs }: NaiveReservation) {
  return {
    id,
    status,
    version,
    buyer,
    expiresAtMs: status === 'HELD' ? deadlineMs : undefined,
    lines: lines.map(({ pool, standing, granted, returned }) => ({
      pool,
      quantity: status === 'HELD' ? standing : granted,
      confirmed: status === 'CONFIRMED' ? standing + returned : undefined,
      returned,
    })),
  };
}
