// Whether units were conserved: balances add up to what came in, what is held is what was accepted
// and not ended, and the journal holds each of these exactly once. Reads alone.

import { decodeLine, envelopeOf } from '../../engines/sqlite/journal-line.ts';
import { JournalReader } from '../../engines/sqlite/journal-reader.ts';
import { type Shop, SOLD_OUT, STOCK_PER_POOL } from './shop.ts';

/** Every reservation of these benchmarks is one unit. */
export async function balancesAddUp(shop: Shop, expired = 0): Promise<boolean> {
  let held = 0;
  for (const pool of await shop.balances()) {
    const supplied = pool.id === SOLD_OUT ? 0 : STOCK_PER_POOL;
    if (pool.available + pool.held !== supplied || pool.sold !== 0) return false;
    if (pool.available < 0 || pool.supply !== -supplied) return false;
    held += pool.held;
  }
  return held === shop.accepted - shop.cancelled - expired;
}

export interface JournalCount {
  held: number;
  cancelled: number;
  expired: number;
  /** Reservations that were ended more than once. */
  endedTwice: number;
  firstExpiredAtMs: number;
  lastExpiredAtMs: number;
}

/** Counts what the journal of a store that is closed holds. */
export function countJournal(path: string): JournalCount {
  const count = { held: 0, cancelled: 0, expired: 0, endedTwice: 0 };
  const ended = new Set<string>();
  let firstExpiredAtMs = Number.POSITIVE_INFINITY;
  let lastExpiredAtMs = 0;
  forEachLine(path, (line) => {
    const [, atMs, , , , events] = envelopeOf(line);
    for (const [type, subject] of events) {
      if (type === 'reservation.held') count.held += 1;
      if (type !== 'reservation.cancelled' && type !== 'reservation.expired') continue;
      const id = typeof subject === 'number' ? decodeLine(line).documents[subject]!.id : subject;
      if (ended.has(id)) count.endedTwice += 1;
      ended.add(id);
      if (type === 'reservation.cancelled') count.cancelled += 1;
      else {
        count.expired += 1;
        firstExpiredAtMs = Math.min(firstExpiredAtMs, atMs);
        lastExpiredAtMs = Math.max(lastExpiredAtMs, atMs);
      }
    }
  });
  return { ...count, firstExpiredAtMs, lastExpiredAtMs };
}

/** Shows the lines of the journal of a store that is closed, in order. */
export function forEachLine(path: string, see: (line: string) => void): void {
  const journal = new JournalReader(path);
  for (let batch = journal.batchAfter(0); batch; batch = journal.batchAfter(batch.last)) {
    for (const line of batch.lines) see(line);
  }
  journal.close();
}

/** Accepted answers equal what the journal holds, and nothing ended twice. */
export function journalAgrees(found: JournalCount, shop: Shop, expired = 0): boolean {
  return (
    found.held === shop.accepted &&
    found.cancelled === shop.cancelled &&
    found.expired === expired &&
    found.endedTwice === 0
  );
}
