// The ledger as it is shown: movements in order, page by page, and their sums. Only reads.

import type { DatabaseSync } from 'node:sqlite';
import type { LedgerAnswer, Movement, MovementKind, Sums } from './wire.ts';

export interface LedgerQuery {
  payment?: string;
  /** Movements behind this number. */
  after?: number;
  limit?: number;
}

export const PAGE_DEFAULT = 1_000;
export const PAGE_MAX = 10_000;

interface Row extends Omit<Movement, 'at'> {
  atMs: number;
}

export function readLedger(db: DatabaseSync, query: LedgerQuery): LedgerAnswer {
  const { payment = null, after = 0, limit = PAGE_DEFAULT } = query;
  const rows = db
    .prepare(
      `SELECT number, kind, payment, amount, currency, at_ms AS atMs FROM movement
       WHERE number > ?1 AND (?2 IS NULL OR payment = ?2) ORDER BY number LIMIT ?3`,
    )
    .all(after, payment, limit + 1) as unknown as Row[];
  const movements = rows
    .slice(0, limit)
    .map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() }));
  const next = rows.length > limit ? { next: movements.at(-1)!.number } : {};
  return { movements, sums: sumsOf(db, payment), ...next };
}

function sumsOf(db: DatabaseSync, payment: string | null): Record<string, Sums> {
  const rows = db
    .prepare(
      `SELECT currency, kind, sum(amount) AS amount FROM movement
       WHERE ?1 IS NULL OR payment = ?1 GROUP BY currency, kind ORDER BY currency`,
    )
    .all(payment) as { currency: string; kind: MovementKind; amount: number }[];
  const sums: Record<string, Sums> = {};
  for (const { currency, kind, amount } of rows) {
    sums[currency] ??= { authorise: 0, capture: 0, void: 0, refund: 0 };
    sums[currency][kind] = amount;
  }
  return sums;
}
