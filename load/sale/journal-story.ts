// What the journal tells of a sale: when units were taken, sold and released, when each lay free, and how many each
// buyer had. Reads and adds up; judges nothing.

import type { Entry, HoldfastClient } from '../../src/client/index.ts';

/** Units of a sale that were free from a moment on; a hold that is past its deadline counts as free. */
export interface FreeAt {
  atMs: number;
  free: number;
}

export interface Levels {
  second: number;
  available: number;
  held: number;
  sold: number;
  deductions: number;
}

export interface SaleStory {
  /** In order; the first is when the sale's pool got its units. */
  free: FreeAt[];
  /** A unit each. */
  deductionsMs: number[];
  /** When a unit came back, by a deadline, a cancel or otherwise. */
  released: number;
  /** What a buyer had at once, held and sold, the most of all buyers. */
  perBuyerMax: number;
  sold: number;
  /** Of those: paid for after their time was over, while there were units. */
  paidLate: number;
  held: number;
  entries: Entry[];
}

export async function readJournal(client: HoldfastClient): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of client.journal()) entries.push(entry);
  return entries;
}

export function storyOf(entries: readonly Entry[], pool: string): SaleStory {
  const story = { deductionsMs: [] as number[], released: 0, sold: 0, paidLate: 0, held: 0 };
  const changes: FreeChange[] = [];
  const holds = new Map<string, Hold>();
  const perBuyer = new Map<string, number>();
  let perBuyerMax = 0;
  for (const entry of entries) {
    const atMs = Date.parse(entry.at);
    for (const { from, to, quantity } of entry.moves) {
      if (from === `${pool}/available`) {
        changes.push({ atMs, by: -quantity });
        if (to === `${pool}/held`) story.held += quantity;
        if (to === `${pool}/held`) {
          for (let unit = 0; unit < quantity; unit += 1) story.deductionsMs.push(atMs);
        }
      } else if (to === `${pool}/available`) changes.push({ atMs, by: quantity });
      if (from === `${pool}/held`) {
        story.held -= quantity;
        if (to !== `${pool}/sold`) story.released += quantity;
      }
      if (to === `${pool}/sold`) {
        story.sold += quantity;
        if (from === `${pool}/available`) story.paidLate += quantity;
      }
    }
    for (const reservation of entry.reservations) {
      const { id, status, buyer = '', expiresAt, lines } = reservation;
      const before = holds.get(id);
      const had = lines
        .filter((line) => line.pool === pool)
        .reduce((sum, line) => sum + (status === 'CONFIRMED' ? line.confirmed! : line.quantity), 0);
      const quantity = status === 'CANCELLED' || status === 'EXPIRED' ? 0 : had;
      const all = (perBuyer.get(buyer) ?? 0) + quantity - (before?.quantity ?? 0);
      perBuyer.set(buyer, all);
      perBuyerMax = Math.max(perBuyerMax, all);
      if (before !== undefined && quantity < before.quantity && before.expiresAtMs < atMs) {
        // It was free since its deadline, and is counted once.
        changes.push({ atMs: before.expiresAtMs, by: before.quantity - quantity });
        changes.push({ atMs, by: quantity - before.quantity });
      }
      const expiresAtMs =
        expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
      holds.set(id, { quantity, expiresAtMs });
    }
  }
  const free = freeOverTime(changes);
  return { ...story, free, perBuyerMax, entries: [...entries] };
}

interface Hold {
  quantity: number;
  expiresAtMs: number;
}

interface FreeChange {
  atMs: number;
  by: number;
}

/** What one entry does at once, it does at once: changes of one moment stay in their order. */
function freeOverTime(changes: FreeChange[]): FreeAt[] {
  const sorted = changes.map((change, index) => ({ ...change, index }));
  sorted.sort((a, b) => a.atMs - b.atMs || a.index - b.index);
  let free = 0;
  return sorted.map(({ atMs, by }) => {
    free += by;
    return { atMs, free };
  });
}

/** The most units that were taken in any time of a second. */
export function mostInASecond(takenMs: readonly number[]): number {
  const sorted = [...takenMs].sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last += 1) {
    while (sorted[last]! - sorted[first]! >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** What the pool had at the end of each second, and what was taken in it. */
export function levelsOf(
  entries: readonly Entry[],
  { pool, startedAtMs, seconds }: { pool: string; startedAtMs: number; seconds: number },
): Levels[] {
  const levels: Levels[] = [];
  const now: Record<string, number> = { available: 0, held: 0, sold: 0 };
  let next = 0;
  for (let second = 0; second < seconds; second += 1) {
    const untilMs = startedAtMs + (second + 1) * 1_000;
    let deductions = 0;
    for (; next < entries.length && Date.parse(entries[next]!.at) < untilMs; next += 1) {
      for (const { from, to, quantity } of entries[next]!.moves) {
        const [source, target] = [accountOf(from, pool), accountOf(to, pool)];
        if (source !== undefined) now[source] = (now[source] ?? 0) - quantity;
        if (target !== undefined) now[target] = (now[target] ?? 0) + quantity;
        if (source === 'available' && target === 'held') deductions += quantity;
      }
    }
    const { available = 0, held = 0, sold = 0 } = now;
    levels.push({ second, available, held, sold, deductions });
  }
  return levels;
}

function accountOf(account: string, pool: string): string | undefined {
  return account.startsWith(`${pool}/`) ? account.slice(pool.length + 1) : undefined;
}
