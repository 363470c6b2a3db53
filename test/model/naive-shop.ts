// A shop as one would write it for one customer at a time: plain Maps and loops, no accounts, no
// claims, no journal. What is due ends the moment time reaches it. Slow, and obviously right; shares
// no code with what it judges.

import { HOME, LIMITS, PRODUCT, type StepLine } from './steps.ts';

export type Said =
  | { ok: true; reservation?: NaiveReservation; quantity?: number }
  | { ok: false; code: string };

interface Count {
  limit: string;
  day: number;
  line: number;
  quantity: number;
  /** When it no longer counts. */
  lapsesAtMs?: number;
  returnsGiveBack: boolean;
}

interface Line {
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

interface Limit {
  quantityMax: number;
  returnsGiveBack: boolean;
}

const no = (code: string): Said => ({ ok: false, code });

export class NaiveShop {
  nowMs: number;
  closed = false;
  readonly available = new Map<string, number>();
  readonly limits = new Map<string, Limit>();
  readonly reservations = new Map<string, NaiveReservation>();

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
    this.#bring(pool, quantity);
    return { ok: true, quantity };
  }

  adjust(pool: string, quantity: number, upTo = false): Said {
    const there = this.available.get(pool)!;
    if (quantity > 0) return this.receive(pool, quantity);
    const lost = upTo ? Math.min(there, -quantity) : -quantity;
    if (lost > there || lost === 0) return no('insufficient-stock');
    this.#bring(pool, -lost);
    return { ok: true, quantity: lost };
  }

  transfer(from: string, to: string, quantity: number): Said {
    if (PRODUCT[from] !== PRODUCT[to]) return no('product-mismatch');
    if (quantity > this.available.get(from)!) return no('insufficient-stock');
    this.#bring(from, -quantity);
    this.#bring(to, quantity);
    return { ok: true, quantity };
  }

  reserve(id: string, lines: readonly StepLine[], options: ReserveOptions): Said {
    const { buyer, holdForMs = 900_000 } = options;
    const { holdCapMs = Math.max(holdForMs, 3_600_000) } = options;
    const spare = this.#spareOfOrder(lines);
    if (spare < 0) return no('limit-exceeded');
    const rules = this.#rulesPerBuyer(lines);
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
      const code = this.#takeAll(reservation, lines, spare);
      if (code !== undefined) return code;
      const total = reservation.lines.reduce((sum, { standing }) => sum + standing, 0);
      return total === 0 ? this.#shortest(lines, buyer) : undefined;
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
      this.#letGo(reservation!, index, line.standing - kept[index]!);
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
    const rules = this.#rulesPerBuyer(wanted);
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
        this.#letGo(reservation!, index, line.standing - kept);
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
        const code = this.#take(reservation!, index, { pool, quantity: more[index]! });
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
      this.#letGo(reservation, index, quantity, true);
      lines[index]!.returned += quantity;
    });
    return this.#next(reservation, 'CONFIRMED');
  }

  /** Units that a buyer has left to count under a limit today; below zero where it was lowered. */
  counted(limit: string, buyer: string): number {
    const day = dayOf(limit, this.nowMs);
    let sum = 0;
    for (const reservation of this.reservations.values()) {
      if (reservation.buyer !== buyer) continue;
      for (const count of reservation.counts) {
        const counts = count.lapsesAtMs === undefined || count.lapsesAtMs > this.nowMs;
        if (count.limit === limit && count.day === day && counts) sum += count.quantity;
      }
    }
    return sum;
  }

  standing(pool: string, status: string): number {
    let sum = 0;
    for (const reservation of this.reservations.values()) {
      if (reservation.status !== status) continue;
      for (const line of reservation.lines) if (line.pool === pool) sum += line.standing;
    }
    return sum;
  }

  /**
   * Takes line after line, at most `spareOfOrder` beyond the least of those under the limit per order.
   * What one of them cannot have goes to the next, unless the cart has lines beside the limit.
   */
  #takeAll(reservation: NaiveReservation, lines: readonly StepLine[], spareOfOrder: number) {
    const shared = lines.every(({ pool }) => covers('order', pool));
    let spare = spareOfOrder;
    for (const [index, line] of lines.entries()) {
      reservation.lines.push({ pool: line.pool, standing: 0, granted: 0, returned: 0 });
      const least = leastOf(line).quantity;
      const limited = covers('order', line.pool);
      const quantity = limited ? Math.min(line.quantity, least + spare) : line.quantity;
      const code = this.#take(reservation, index, { ...line, quantity });
      if (code !== undefined) return code;
      if (limited) spare -= (shared ? reservation.lines[index]!.standing : quantity) - least;
    }
    return undefined;
  }

  /** Takes for one line what there is of it; says what was short. */
  #take(reservation: NaiveReservation, index: number, line: StepLine): string | undefined {
    const { pool, quantity, quantityMin = quantity } = line;
    if (quantity === 0) return undefined;
    const { buyer } = reservation;
    const rules = this.#rulesPerBuyer([line]);
    let granted = Math.min(quantity, this.available.get(pool)!);
    if (granted < quantityMin) return 'insufficient-stock';
    for (const limit of rules) {
      const left = this.limits.get(limit)!.quantityMax - this.counted(limit, buyer!);
      granted = Math.min(granted, Math.max(0, left));
      if (granted < quantityMin) return 'limit-exceeded';
    }
    this.#bring(pool, -granted);
    reservation.lines[index]!.standing += granted;
    for (const limit of rules) {
      const { returnsGiveBack } = this.limits.get(limit)!;
      const day = dayOf(limit, this.nowMs);
      const count: Count = { limit, day, line: index, quantity: granted, returnsGiveBack };
      const { windowMs } = LIMITS[limit]!;
      if (windowMs !== undefined) count.lapsesAtMs = this.nowMs + windowMs;
      reservation.counts.push(count);
    }
    return undefined;
  }

  #letGo(reservation: NaiveReservation, index: number, quantity: number, returned = false): void {
    const line = reservation.lines[index]!;
    line.standing -= quantity;
    const home = this.closed && line.pool === HOME.pool ? HOME.home : line.pool;
    this.#bring(home, quantity);
    for (const limit of this.limits.keys()) {
      let open = quantity;
      // Under a window the newest first: what counts longest is what the buyer gets back.
      const windowed = LIMITS[limit]!.windowMs !== undefined;
      const counts = windowed ? reservation.counts.toReversed() : reservation.counts;
      for (const count of counts) {
        const lapsed = count.lapsesAtMs !== undefined && count.lapsesAtMs <= this.nowMs;
        if (count.limit !== limit || count.line !== index || lapsed) continue;
        if (returned && !count.returnsGiveBack) continue;
        const back = Math.min(open, count.quantity);
        count.quantity -= back;
        open -= back;
      }
    }
  }

  #end(reservation: NaiveReservation, status: string): void {
    reservation.lines.forEach((line, index) => {
      line.granted = line.standing;
      this.#letGo(reservation, index, line.standing);
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

  /** What a limit per order leaves beyond the least that is asked; below zero: too much is asked. */
  #spareOfOrder(lines: readonly StepLine[]): number {
    const order = this.limits.get('order');
    if (order === undefined) return Number.POSITIVE_INFINITY;
    return order.quantityMax - coveredBy('order', lines.map(leastOf));
  }

  #rulesPerBuyer(lines: readonly StepLine[]): string[] {
    return [...this.limits.keys()].filter(
      (limit) => LIMITS[limit]!.per === 'buyer' && lines.some((line) => covers(limit, line.pool)),
    );
  }

  /** Nothing at all was granted: what was shortest is the reason. */
  #shortest(lines: readonly StepLine[], buyer: string | undefined): string {
    let least = Number.POSITIVE_INFINITY;
    let code = '';
    for (const line of lines) {
      const limits = this.#rulesPerBuyer([line]).map((limit) => {
        return this.limits.get(limit)!.quantityMax - this.counted(limit, buyer!);
      });
      for (const [index, spare] of [this.available.get(line.pool)!, ...limits].entries()) {
        if (spare >= least) continue;
        least = spare;
        code = index === 0 ? 'insufficient-stock' : 'limit-exceeded';
      }
    }
    return code;
  }

  #bring(pool: string, quantity: number): void {
    this.available.set(pool, this.available.get(pool)! + quantity);
  }
}

export interface ReserveOptions {
  buyer?: string | undefined;
  holdForMs?: number | undefined;
  holdCapMs?: number | undefined;
}

function notHeld(reservation: NaiveReservation | undefined): string | undefined {
  if (reservation === undefined) return 'unknown-reservation';
  const { status } = reservation;
  return status === 'HELD' ? undefined : `already-${status.toLowerCase()}`;
}

function leastOf({ pool, quantity, quantityMin = quantity }: StepLine): StepLine {
  return { pool, quantity: quantityMin };
}

/** Quantities named by pool, over the lines from the first on; undefined when too much is named. */
function spread(lines: readonly Line[], named: readonly StepLine[]): number[] | undefined {
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

function covers(limit: string, pool: string): boolean {
  const { scope } = LIMITS[limit]!;
  if (scope === 'all') return true;
  return 'pools' in scope ? scope.pools.includes(pool) : scope.products.includes(PRODUCT[pool]!);
}

function coveredBy(limit: string, lines: readonly StepLine[]): number {
  return lines.reduce((sum, { pool, quantity }) => sum + (covers(limit, pool) ? quantity : 0), 0);
}

/** The day that a limit with a period counts in; 0 for one without. */
function dayOf(limit: string, atMs: number): number {
  return LIMITS[limit]!.period === undefined ? 0 : Math.floor(atMs / 86_400_000);
}
