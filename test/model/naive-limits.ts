// Purchase limits as the naive shop keeps them: every count is looked at anew whenever somebody asks.

import type { Count, NaiveReservation } from './naive-reservation.ts';
import { LIMITS, PRODUCT, type StepLine } from './steps.ts';

export interface Limit {
  quantityMax: number;
  returnsGiveBack: boolean;
}

/** What they know of their shop. */
export interface Limited {
  readonly nowMs: number;
  readonly limits: ReadonlyMap<string, Limit>;
  readonly reservations: ReadonlyMap<string, NaiveReservation>;
}

export class NaiveLimits {
  readonly #shop: Limited;

  constructor(shop: Limited) {
    this.#shop = shop;
  }

  /** Units that a buyer has left to count under a limit today; below zero where it was lowered. */
  left(limit: string, buyer: string): number {
    return this.#shop.limits.get(limit)!.quantityMax - this.counted(limit, buyer);
  }

  /** Units that count today. */
  counted(limit: string, buyer: string): number {
    const { nowMs, reservations } = this.#shop;
    const day = dayOf(limit, nowMs);
    let sum = 0;
    for (const reservation of reservations.values()) {
      if (reservation.buyer !== buyer) continue;
      for (const count of reservation.counts) {
        const counts = count.lapsesAtMs === undefined || count.lapsesAtMs > nowMs;
        if (count.limit === limit && count.day === day && counts) sum += count.quantity;
      }
    }
    return sum;
  }

  /** What a limit per order leaves beyond the least that is asked; below zero: too much is asked. */
  spareOfOrder(lines: readonly StepLine[]): number {
    const order = this.#shop.limits.get('order');
    if (order === undefined) return Number.POSITIVE_INFINITY;
    return order.quantityMax - coveredBy('order', lines.map(leastOf));
  }

  perBuyer(lines: readonly StepLine[]): string[] {
    return [...this.#shop.limits.keys()].filter(
      (limit) => LIMITS[limit]!.per === 'buyer' && lines.some((line) => covers(limit, line.pool)),
    );
  }

  count(
    limit: string,
    { counts }: NaiveReservation,
    taken: Pick<Count, 'line' | 'quantity'>,
  ): void {
    const { nowMs, limits } = this.#shop;
    const { returnsGiveBack } = limits.get(limit)!;
    const count: Count = { limit, day: dayOf(limit, nowMs), ...taken, returnsGiveBack };
    const { windowMs } = LIMITS[limit]!;
    if (windowMs !== undefined) count.lapsesAtMs = nowMs + windowMs;
    counts.push(count);
  }

  giveBack(
    reservation: NaiveReservation,
    { line, quantity, returned }: { line: number; quantity: number; returned: boolean },
  ): void {
    for (const limit of this.#shop.limits.keys()) {
      let open = quantity;
      // Under a window the newest first: what counts longest is what the buyer gets back.
      const windowed = LIMITS[limit]!.windowMs !== undefined;
      const counts = windowed ? reservation.counts.toReversed() : reservation.counts;
      for (const count of counts) {
        const lapsed = count.lapsesAtMs !== undefined && count.lapsesAtMs <= this.#shop.nowMs;
        if (count.limit !== limit || count.line !== line || lapsed) continue;
        if (returned && !count.returnsGiveBack) continue;
        const back = Math.min(open, count.quantity);
        count.quantity -= back;
        open -= back;
      }
    }
  }
}

export function leastOf({ pool, quantity, quantityMin = quantity }: StepLine): StepLine {
  return { pool, quantity: quantityMin };
}

export function covers(limit: string, pool: string): boolean {
  const { scope } = LIMITS[limit]!;
  if (scope === 'all') return true;
  return 'pools' in scope ? scope.pools.includes(pool) : scope.products.includes(PRODUCT[pool]!);
}

export function coveredBy(limit: string, lines: readonly StepLine[]): number {
  return lines.reduce((sum, { pool, quantity }) => sum + (covers(limit, pool) ? quantity : 0), 0);
}

/** The day that a limit with a period counts in; 0 for one without. */
function dayOf(limit: string, atMs: number): number {
  return LIMITS[limit]!.period === undefined ? 0 : Math.floor(atMs / 86_400_000);
}
