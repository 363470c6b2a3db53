// The units of the naive shop: how many there are of each item, taken for a reservation and given back by it, as its
// limits let it.

import { covers, leastOf, type NaiveLimits } from './naive-limits.ts';
import type { NaiveReservation } from './naive-reservation.ts';
import { HOME, type StepLine } from './steps.ts';

/** What it knows of its shop. */
export interface Shelved {
  readonly closed: boolean;
  readonly available: Map<string, number>;
}

export class NaiveShelf {
  readonly #shop: Shelved;
  readonly #rules: NaiveLimits;

  constructor(shop: Shelved, rules: NaiveLimits) {
    this.#shop = shop;
    this.#rules = rules;
  }

  /**
   * Takes line after line, at most `spareOfOrder` beyond the least of those under the limit per order.
   * What one of them cannot have goes to the next, unless the cart has lines beside the limit.
   */
  takeAll(reservation: NaiveReservation, lines: readonly StepLine[], spareOfOrder: number) {
    const shared = lines.every(({ pool }) => covers('order', pool));
    let spare = spareOfOrder;
    for (const [index, line] of lines.entries()) {
      reservation.lines.push({ pool: line.pool, standing: 0, granted: 0, returned: 0 });
      const least = leastOf(line).quantity;
      const limited = covers('order', line.pool);
      const quantity = limited ? Math.min(line.quantity, least + spare) : line.quantity;
      const code = this.take(reservation, index, { ...line, quantity });
      if (code !== undefined) return code;
      if (limited) spare -= (shared ? reservation.lines[index]!.standing : quantity) - least;
    }
    return undefined;
  }

  /** Takes for one line what there is of it; says what was short. */
  take(reservation: NaiveReservation, index: number, line: StepLine): string | undefined {
    const { pool, quantity, quantityMin = quantity } = line;
    if (quantity === 0) return undefined;
    const { buyer } = reservation;
    const rules = this.#rules.perBuyer([line]);
    let granted = Math.min(quantity, this.#shop.available.get(pool)!);
    if (granted < quantityMin) return 'insufficient-stock';
    for (const limit of rules) {
      granted = Math.min(granted, Math.max(0, this.#rules.left(limit, buyer!)));
      if (granted < quantityMin) return 'limit-exceeded';
    }
    this.bring(pool, -granted);
    reservation.lines[index]!.standing += granted;
    for (const limit of rules)
      this.#rules.count(limit, reservation, { line: index, quantity: granted });
    return undefined;
  }

  letGo(reservation: NaiveReservation, index: number, quantity: number, returned = false): void {
    const line = reservation.lines[index]!;
    line.standing -= quantity;
    const home = this.#shop.closed && line.pool === HOME.pool ? HOME.home : line.pool;
    this.bring(home, quantity);
    this.#rules.giveBack(reservation, { line: index, quantity, returned });
  }

  /** Nothing at all was granted: what was shortest is the reason. */
  shortest(lines: readonly StepLine[], buyer: string | undefined): string {
    let least = Number.POSITIVE_INFINITY;
    let code = '';
    for (const line of lines) {
      const limits = this.#rules.perBuyer([line]).map((limit) => this.#rules.left(limit, buyer!));
      for (const [index, spare] of [this.#shop.available.get(line.pool)!, ...limits].entries()) {
        if (spare >= least) continue;
        least = spare;
        code = index === 0 ? 'insufficient-stock' : 'limit-exceeded';
      }
    }
    return code;
  }

  bring(pool: string, quantity: number): void {
    this.#shop.available.set(pool, this.#shop.available.get(pool)! + quantity);
  }
}
