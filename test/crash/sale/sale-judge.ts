// Whether what buyers were told of their places, and what the journal says of their units, is what a sale promises:
// who was ahead stays ahead, nobody ever has more than allowed, counts are what buyers have, no unit is missing. Pure.

import type { EntryOutside } from '../../../src/http/shapes/replies.ts';
import type { Outage, PlaceLook, ToldOrder } from './sale-log.ts';

export interface LineRules {
  /** A place of which nothing was heard for so long is passed over. */
  awayAfterMs: number;
  outages: readonly Outage[];
}

/** Whoever shows a place so soon after what was away is back is there before anybody is let in. */
const SHOWN_AGAIN_MS = 500;

/** Everybody who was let in before somebody who stood ahead of them, and was there all the time. */
export function judgeLine(looks: readonly PlaceLook[], rules: LineRules): string[] {
  const places = [...Map.groupBy(looks, ({ id }) => id).values()];
  const wrong: string[] = [];
  for (const later of places) {
    const admittedAt = later.findIndex(({ state }) => state === 'ADMITTED');
    const [before, admitted] = [later[admittedAt - 1], later[admittedAt]];
    if (before === undefined || admitted === undefined) continue;
    for (const earlier of places) {
      if (earlier[0]!.rank >= admitted.rank) continue;
      const overtaken = { earlier, fromMs: before.askedMs, toMs: admitted.answeredMs };
      if (!isOvertaken(overtaken, rules)) continue;
      const [a, b] = [earlier[0]!, admitted];
      wrong.push(`${b.buyer} (${b.rank}) was let in before ${a.buyer} (${a.rank}), who was ahead`);
    }
  }
  return wrong;
}

interface Overtaken {
  earlier: readonly PlaceLook[];
  /** The other one was let in between these. */
  fromMs: number;
  toMs: number;
}

function isOvertaken({ earlier, fromMs, toMs }: Overtaken, rules: LineRules): boolean {
  const after = earlier.findIndex((look) => look.askedMs > toMs);
  if (after === -1 || earlier[after]!.state !== 'WAITING') return false;
  // It may have been let in with the other one: a pass that nobody had seen may be forgotten, its place is not.
  const { answeredMs: seenMs } = earlier[after]!;
  if (rules.outages.some(({ fromMs }) => toMs <= fromMs && fromMs <= seenMs)) return false;
  const outage = rules.outages.findLast((one) => one.fromMs < toMs);
  const startMs = outage?.toMs ?? 0;
  if (fromMs < startMs) return false;
  const first = earlier.findIndex(({ askedMs }) => askedMs > startMs);
  if (first === -1) return false;
  const there = earlier[first]!.answeredMs;
  const wasKnown = outage !== undefined && earlier[0]!.answeredMs < outage.fromMs;
  const isShown = wasKnown && there <= startMs + SHOWN_AGAIN_MS;
  if (!isShown && there > fromMs) return false;
  for (let at = first; at < after; at += 1) {
    const [one, next] = [earlier[at]!, earlier[at + 1]!];
    if (one.state !== 'WAITING') return false;
    if (next.answeredMs - one.askedMs >= rules.awayAfterMs) return false;
  }
  return true;
}

export interface SoldRules {
  /** Of the sale: what its pool was given. */
  pool: string;
  units: number;
  unitsMax: number;
  orders: readonly ToldOrder[];
}

interface Held {
  buyer: string;
  order: string;
  units: number;
  status: string;
}

/** Follows the units of a sale through its journal, step by step. */
export function judgeUnits(entries: readonly EntryOutside[], rules: SoldRules): string[] {
  const books = new UnitBooks(rules);
  for (const entry of entries) books.take(entry);
  return [...books.wrong, ...books.orders()];
}

class UnitBooks {
  readonly wrong: string[] = [];
  readonly #rules: SoldRules;
  readonly #accounts = new Map<string, number>();
  readonly #reservations = new Map<string, Held>();

  constructor(rules: SoldRules) {
    this.#rules = rules;
  }

  take({ position, moves, reservations }: EntryOutside): void {
    for (const { from, to, quantity } of moves) {
      this.#accounts.set(from, this.#balance(from) - quantity);
      this.#accounts.set(to, this.#balance(to) + quantity);
    }
    for (const { id, status, buyer = '', order = '', lines } of reservations) {
      if (!lines.some(({ pool }) => pool === this.#rules.pool)) continue;
      const units = lines.reduce((sum, line) => sum + unitsOf(status, line), 0);
      this.#reservations.set(id, { buyer, order, units, status });
    }
    const wrong = [...this.#totals(), ...this.#counts()];
    this.wrong.push(...wrong.map((what) => `entry ${position}: ${what}`));
  }

  /** What was acknowledged is there, as it ended. */
  orders(): string[] {
    const byOrder = Map.groupBy(this.#reservations.values(), ({ order }) => order);
    return this.#rules.orders.flatMap(({ id, buyer, quantity, end }) => {
      const found = byOrder.get(id) ?? [];
      const units = found.reduce((sum, one) => sum + one.units, 0);
      const due = end === 'paid' || end === 'open' ? quantity : 0;
      if (found.length === 0 && end !== 'lost-held') return [`order ${id} of ${buyer} is missing`];
      if (found.length > 1) return [`order ${id} of ${buyer} took units ${found.length} times`];
      return units === due ? [] : [`order ${id} of ${buyer}, ${end}, has ${units} units`];
    });
  }

  #totals(): string[] {
    const { pool, units } = this.#rules;
    const [available, held, sold] = ['available', 'held', 'sold'].map((name) =>
      this.#balance(`${pool}/${name}`),
    ) as [number, number, number];
    const told = { HELD: 0, CONFIRMED: 0 };
    for (const { status, units: its } of this.#reservations.values()) {
      if (status === 'HELD' || status === 'CONFIRMED') told[status] += its;
    }
    const wrong: string[] = [];
    if (available < 0 || available + held + sold > units) {
      wrong.push(`oversold: ${available} available, ${held} held, ${sold} sold of ${units}`);
    }
    if (held !== told.HELD || sold !== told.CONFIRMED) {
      wrong.push(`${held} held and ${sold} sold, by reservations ${JSON.stringify(told)}`);
    }
    return wrong;
  }

  #counts(): string[] {
    const has = new Map<string, number>();
    for (const { buyer, units } of this.#reservations.values()) {
      has.set(buyer, (has.get(buyer) ?? 0) + units);
    }
    const wrong: string[] = [];
    for (const [buyer, units] of has) {
      if (units > this.#rules.unitsMax) wrong.push(`${buyer} has ${units} units`);
    }
    for (const [account, balance] of this.#accounts) {
      if (!account.startsWith('!') || !account.endsWith('/used')) continue;
      const buyer = decodeURIComponent(account.slice(account.lastIndexOf('!') + 1, -5));
      const units = has.get(buyer) ?? 0;
      if (units !== -balance) wrong.push(`${account} counts ${-balance}, ${buyer} has ${units}`);
    }
    for (const [buyer, units] of has) {
      const isCounted = [...this.#accounts.keys()].some((name) => name.endsWith(`!${buyer}/used`));
      if (units > 0 && !isCounted) wrong.push(`nothing counts what ${buyer} has`);
    }
    return wrong;
  }

  #balance(account: string): number {
    return this.#accounts.get(account) ?? 0;
  }
}

interface Line {
  quantity: number;
  confirmed?: number;
  returned?: number;
}

function unitsOf(status: string, { quantity, confirmed = 0, returned = 0 }: Line): number {
  if (status === 'HELD' || status === 'CONFIRMING') return quantity;
  return status === 'CONFIRMED' ? confirmed - returned : 0;
}
