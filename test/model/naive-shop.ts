// A shop as one would write it for one customer at a time: plain Maps and loops, no accounts, no
// claims, no journal. What is due ends the moment time reaches it. Slow, and obviously right; shares
// no code with what it judges.

import { coveredBy, type Limit, NaiveLimits } from './naive-limits.ts';
import { type NaiveReservation, notHeld, type Said, spread } from './naive-reservation.ts';
import { NaiveShelf } from './naive-shelf.ts';
import { HOME, PRODUCT, type StepLine } from './steps.ts';

export type { Said } from './naive-reservation.ts';

const no = (code: string): Said => ({ ok: false, code });

export class NaiveShop {
  nowMs: number;
  closed = false;
  readonly available = new Map<string, number>();
  readonly limits = new Map<string, Limit>();
  readonly reservations = new Map<string, NaiveReservation>();
  readonly #rules = new NaiveLimits(this);
  readonly #shelf = new NaiveShelf(this, this.#rules);

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  pass(ms: number): void {
    this.nowMs += ms;
    for (const reservation of this.reservations.values()) {
      if (reservation.status !== 'HELD' || reservation.deadlineMs > this.nowMs) continue;
      this.#end(reservation, 'EXPIRED');
    }
  }

  receive(pool: string, quantity: number): Said {
    this.#shelf.bring(pool, quantity);
    return { ok: true, quantity };
  }

  adjust(pool: string, quantity: number, upTo = false): Said {
    const there = this.available.get(pool)!;
    if (quantity > 0) return this.receive(pool, quantity);
    const lost = upTo ? Math.min(there, -quantity) : -quantity;
    if (lost > there || lost === 0) return no('insufficient-stock');
    this.#shelf.bring(pool, -lost);
    return { ok: true, quantity: lost };
  }

  transfer(from: string, to: string, quantity: number): Said {
    if (PRODUCT[from] !== PRODUCT[to]) return no('product-mismatch');
    if (quantity > this.available.get(from)!) return no('insufficient-stock');
    this.#shelf.bring(from, -quantity);
    this.#shelf.bring(to, quantity);
    return { ok: true, quantity };
  }

  reserve(id: string, lines: readonly StepLine[], options: ReserveOptions): Said {
    const { buyer, holdForMs = 900_000 } = options;
    const { holdCapMs = Math.max(holdForMs, 3_600_000) } = options;
    const spare = this.#rules.spareOfOrder(lines);
    if (spare < 0) return no('limit-exceeded');
    const rules = this.#rules.perBuyer(lines);
    if (rules.length > 0 && buyer === undefined) return no('buyer-required');
    if (this.closed && lines.some(({ pool }) => pool === HOME.pool)) return no('pool-closed');
    const reservation: NaiveReservation = {
      id,
      status: 'HELD',
      version: 1,
      lines: [],
      buyer,
      deadlineMs: this.nowMs + holdForMs,
      capMs: this.nowMs + holdCapMs,
      counts: [],
    };
    const refused = this.#tryOn(reservation, () => {
      this.reservations.set(id, reservation);
      const code = this.#shelf.takeAll(reservation, lines, spare);
      if (code !== undefined) return code;
      const total = reservation.lines.reduce((sum, { standing }) => sum + standing, 0);
      return total === 0 ? this.#shelf.shortest(lines, buyer) : undefined;
    });
    if (refused !== undefined) {
      this.reservations.delete(id);
      return no(refused);
    }
    return { ok: true, reservation };
  }

  confirm(id: string, named?: readonly StepLine[]): Said {
    const reservation = this.reservations.get(id);
    const wrong = notHeld(reservation);
    if (wrong !== undefined) return no(wrong);
    const { lines } = reservation!;
    const kept = named ? spread(lines, named) : lines.map(({ standing }) => standing);
    if (kept === undefined) return no('quantity-exceeds-held');
    if (kept.every((quantity) => quantity === 0)) return no('invalid-request');
    lines.forEach((line, index) => {
      line.granted = line.standing;
      this.#shelf.letGo(reservation!, index, line.standing - kept[index]!);
    });
    return this.#next(reservation!, 'CONFIRMED');
  }

  cancel(id: string): Said {
    const reservation = this.reservations.get(id);
    const wrong = notHeld(reservation);
    if (wrong !== undefined) return no(wrong);
    this.#end(reservation!, 'CANCELLED');
    return { ok: true, reservation: reservation! };
  }

  extend(id: string, holdForMs: number): Said {
    const reservation = this.reservations.get(id);
    const wrong = notHeld(reservation);
    if (wrong !== undefined) return no(wrong);
    const { deadlineMs, capMs } = reservation!;
    if (deadlineMs >= capMs) return no('extension-cap');
    const wished = Math.min(this.nowMs + holdForMs, capMs);
    reservation!.deadlineMs = Math.max(deadlineMs, wished);
    return this.#next(reservation!, 'HELD');
  }

  change(id: string, wanted: readonly StepLine[]): Said {
    const reservation = this.reservations.get(id);
    const wrong = notHeld(reservation);
    if (wrong !== undefined) return no(wrong);
    const order = this.limits.get('order');
    if (order !== undefined && coveredBy('order', wanted) > order.quantityMax) {
      return no('limit-exceeded');
    }
    const rules = this.#rules.perBuyer(wanted);
    if (rules.length > 0 && reservation!.buyer === undefined) return no('buyer-required');
    const old = reservation!.lines;
    const free = old.map((_, index) => index);
    const continued = wanted.map(({ pool }) => {
      const at = free.findIndex((index) => old[index]!.pool === pool);
      return at < 0 ? undefined : free.splice(at, 1)[0];
    });
    const more = wanted.map(({ quantity }, index) => {
      const before = continued[index];
      return quantity - Math.min(quantity, before === undefined ? 0 : old[before]!.standing);
    });
    const opens = wanted.some(({ pool }, index) => pool === HOME.pool && more[index]! > 0);
    if (this.closed && opens) return no('pool-closed');
    const refused = this.#tryOn(reservation!, () => {
      old.forEach((line, index) => {
        const target = continued.indexOf(index);
        const kept = target < 0 ? 0 : Math.min(line.standing, wanted[target]!.quantity);
        this.#shelf.letGo(reservation!, index, line.standing - kept);
      });
      const { counts } = reservation!;
      reservation!.counts = counts
        .map((count) => ({ ...count, line: continued.indexOf(count.line) }))
        .filter(({ quantity }) => quantity > 0);
      reservation!.lines = wanted.map(({ pool }, index) => {
        const before = continued[index];
        const standing = before === undefined ? 0 : old[before]!.standing;
        return { pool, standing, granted: 0, returned: 0 };
      });
      for (const [index, { pool }] of wanted.entries()) {
        const code = this.#shelf.take(reservation!, index, { pool, quantity: more[index]! });
        if (code !== undefined) return code;
      }
      return undefined;
    });
    if (refused !== undefined) return no(refused);
    return this.#next(reservation!, 'HELD');
  }

  return(id: string, named: readonly StepLine[]): Said {
    const reservation = this.reservations.get(id);
    if (reservation === undefined) return no('unknown-reservation');
    const { status, lines } = reservation;
    if (status === 'HELD') return no('not-confirmed');
    if (status !== 'CONFIRMED') return no(`already-${status.toLowerCase()}`);
    const back = spread(lines, named);
    if (back === undefined) return no('quantity-exceeds-sold');
    back.forEach((quantity, index) => {
      this.#shelf.letGo(reservation, index, quantity, true);
      lines[index]!.returned += quantity;
    });
    return this.#next(reservation, 'CONFIRMED');
  }

  counted(limit: string, buyer: string): number {
    return this.#rules.counted(limit, buyer);
  }

  standing(pool: string, status: string): number {
    let sum = 0;
    for (const reservation of this.reservations.values()) {
      if (reservation.status !== status) continue;
      for (const line of reservation.lines) if (line.pool === pool) sum += line.standing;
    }
    return sum;
  }

  #end(reservation: NaiveReservation, status: string): void {
    reservation.lines.forEach((line, index) => {
      line.granted = line.standing;
      this.#shelf.letGo(reservation, index, line.standing);
    });
    this.#next(reservation, status);
  }

  #next(reservation: NaiveReservation, status: string): Said {
    reservation.status = status;
    reservation.version += 1;
    return { ok: true, reservation };
  }

  /** Does something, and puts everything back when it says that it could not be done. */
  #tryOn(reservation: NaiveReservation, work: () => string | undefined): string | undefined {
    const available = new Map(this.available);
    const before = structuredClone(reservation);
    const code = work();
    if (code === undefined) return undefined;
    for (const [pool, quantity] of available) this.available.set(pool, quantity);
    Object.assign(reservation, before);
    return code;
  }
}

export interface ReserveOptions {
  buyer?: string | undefined;
  holdForMs?: number | undefined;
  holdCapMs?: number | undefined;
}
