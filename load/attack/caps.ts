// How much each account and each address had at once, as the journal tells it: held and sold together, after every
// entry. Adds up; judges nothing.

import type { Entry } from '../../src/client/index.ts';

export interface Peaks {
  /** The most that any one of them had at any moment, and who that was. */
  most: number;
  who: string;
}

export interface Had {
  perBuyer: Peaks;
  perAddress: Peaks;
  /** Reservations that ever held units of the pool. */
  reservations: number;
  sold: number;
}

/** @param addresses where each buyer really comes from; whoever is not named there is counted by name alone */
export function hadAtOnce(
  entries: readonly Entry[],
  { pool, addresses }: { pool: string; addresses: ReadonlyMap<string, string> },
): Had {
  const buyers = new Counts();
  const households = new Counts();
  const holds = new Map<string, number>();
  let sold = 0;
  for (const { reservations, moves } of entries) {
    for (const { from, to, quantity } of moves) {
      if (from === `${pool}/held` && to === `${pool}/sold`) sold += quantity;
    }
    for (const { id, status, buyer = '', lines } of reservations) {
      const ours = lines.filter((line) => line.pool === pool);
      if (ours.length === 0) continue;
      const isOver = status === 'CANCELLED' || status === 'EXPIRED';
      const quantity = isOver ? 0 : ours.reduce((sum, line) => sum + unitsOf(line, status), 0);
      const by = quantity - (holds.get(id) ?? 0);
      holds.set(id, quantity);
      buyers.add(buyer, by);
      const address = addresses.get(buyer);
      if (address !== undefined) households.add(address, by);
    }
  }
  return { perBuyer: buyers.peaks, perAddress: households.peaks, reservations: holds.size, sold };
}

function unitsOf(line: { quantity: number; confirmed?: number }, status: string): number {
  return status === 'CONFIRMED' ? (line.confirmed ?? line.quantity) : line.quantity;
}

class Counts {
  readonly peaks: Peaks = { most: 0, who: '' };
  readonly #has = new Map<string, number>();

  add(who: string, by: number): void {
    const has = (this.#has.get(who) ?? 0) + by;
    this.#has.set(who, has);
    if (has <= this.peaks.most) return;
    this.peaks.most = has;
    this.peaks.who = who;
  }
}
