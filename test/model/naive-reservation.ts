// A reservation as the naive shop keeps it, and what it says of one.

import type { StepLine } from './steps.ts';

export type Said =
  | { ok: true; reservation?: NaiveReservation; quantity?: number }
  | { ok: false; code: string };

export interface Count {
  limit: string;
  day: number;
  line: number;
  quantity: number;
  /** When it no longer counts. */
  lapsesAtMs?: number;
  returnsGiveBack: boolean;
}

export interface Line {
  pool: string;
  /** Held or sold now. */
  standing: number;
  /** Held when it ended. */
  granted: number;
  returned: number;
}

export interface NaiveReservation {
  id: string;
  status: string;
  version: number;
  lines: Line[];
  buyer: string | undefined;
  deadlineMs: number;
  capMs: number;
  counts: Count[];
}

export function notHeld(reservation: NaiveReservation | undefined): string | undefined {
  if (reservation === undefined) return 'unknown-reservation';
  const { status } = reservation;
  return status === 'HELD' ? undefined : `already-${status.toLowerCase()}`;
}

/** Quantities named by pool, over the lines from the first on; undefined when too much is named. */
export function spread(lines: readonly Line[], named: readonly StepLine[]): number[] | undefined {
  const wanted = lines.map(() => 0);
  for (const { pool, quantity } of named) {
    for (let unit = 0; unit < quantity; unit += 1) {
      const at = lines.findIndex((line, i) => line.pool === pool && wanted[i]! < line.standing);
      if (at < 0) return undefined;
      wanted[at]! += 1;
    }
  }
  return wanted;
}
