// The state of a shop as the checker sees it: units per pool, reservations, and what had been answered
// under each key. Values are never changed in place, because a search goes back to them. A deadline
// counts the moment it is reached; whether the engine has tidied up since is kept apart.

import type { Result } from './operation.ts';

export interface PoolNow {
  available: number;
  held: number;
  sold: number;
  /** Of `available`, at most so many that the engine may still show as held: their time is over. */
  untidied: number;
  /** The lowest that the pool's number can be. */
  version: number;
}

export interface LineNow {
  pool: string;
  /** Held or sold now. */
  standing: number;
  /** Held when it ended. */
  granted?: number;
  returned: number;
}

export interface ReservationNow {
  status: 'HELD' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  version: number;
  lines: readonly LineNow[];
  deadlineMs: number;
  /** It is not known when the deadline was set: it is this one or a later one. */
  loose?: true;
  /** Unknown where nobody was told. */
  updatedAtMs?: number;
  /** Its time is over, and the engine may not have written that down yet. */
  untidied?: true;
}

export interface ShopState {
  clockMs: number;
  pools: Readonly<Record<string, PoolNow>>;
  reservations: Readonly<Record<string, ReservationNow>>;
  /** The first answer under each key that had an effect. */
  answers: Readonly<Record<string, Result>>;
}

/** The next state while it is put together. */
export class Draft {
  readonly pools: Record<string, PoolNow>;
  readonly reservations: Record<string, ReservationNow>;
  readonly #before: ShopState;
  readonly #touched = new Set<string>();

  constructor(before: ShopState) {
    this.#before = before;
    this.pools = { ...before.pools };
    this.reservations = { ...before.reservations };
  }

  /** Moves units inside a pool, or into and out of it; its number rises once. */
  bring(pool: string, change: { available?: number; held?: number; sold?: number }): void {
    const { available = 0, held = 0, sold = 0 } = change;
    if (available === 0 && held === 0 && sold === 0) return;
    const now = this.pools[pool]!;
    const left = now.available + available;
    this.pools[pool] = {
      available: left,
      held: now.held + held,
      sold: now.sold + sold,
      untidied: Math.min(now.untidied, left),
      version: this.#touched.has(pool) ? now.version : now.version + 1,
    };
    this.#touched.add(pool);
  }

  state(clockMs = this.#before.clockMs): ShopState {
    const { pools, reservations } = this;
    return { clockMs, pools, reservations, answers: this.#before.answers };
  }
}

/** Whether a moment is looked at with an eye to a reservation. */
export type Concerns = (name: string, reservation: ReservationNow) => boolean;

/** The states that a moment may find: what is due by then has ended. The clock does not go back. */
export function advance(state: ShopState, nowMs: number, concerns: Concerns): ShopState[] {
  const clockMs = Math.max(nowMs, state.clockMs);
  let states: ShopState[] = [state.clockMs === clockMs ? state : { ...state, clockMs }];
  for (const [name, reservation] of Object.entries(state.reservations)) {
    const { status, deadlineMs, loose } = reservation;
    if (status !== 'HELD' || deadlineMs > nowMs || !concerns(name, reservation)) continue;
    const lapsed = states.map((each) => lapse(each, name));
    states = loose === true ? [...states, ...lapsed] : lapsed;
  }
  return states;
}

/** Deadlines behind `loMs` up to `untilMs`, in order. */
export function deadlinesWithin(
  state: ShopState,
  { loMs, untilMs, concerns }: { loMs: number; untilMs: number; concerns: Concerns },
): number[] {
  const found = new Set<number>();
  for (const [name, reservation] of Object.entries(state.reservations)) {
    const { status, deadlineMs } = reservation;
    if (status !== 'HELD' || deadlineMs <= loMs || deadlineMs > untilMs) continue;
    if (concerns(name, reservation)) found.add(deadlineMs);
  }
  return [...found].sort((a, b) => a - b);
}

function lapse(state: ShopState, name: string): ShopState {
  const reservation = state.reservations[name]!;
  const pools = { ...state.pools };
  for (const { pool, standing } of reservation.lines) {
    const now = pools[pool]!;
    pools[pool] = {
      ...now,
      available: now.available + standing,
      held: now.held - standing,
      untidied: now.untidied + standing,
    };
  }
  const ended: ReservationNow = {
    ...reservation,
    status: 'EXPIRED',
    untidied: true,
    lines: reservation.lines.map((line) => ({ ...line, granted: line.standing, standing: 0 })),
  };
  return { ...state, pools, reservations: { ...state.reservations, [name]: ended } };
}

/** Equal for states that behave alike. The answers follow from what has taken effect. */
export function keyOf({ clockMs, pools, reservations }: ShopState): string {
  const parts = [String(clockMs)];
  for (const name of Object.keys(pools).sort()) {
    const { available, held, sold, untidied, version } = pools[name]!;
    parts.push(`${available} ${held} ${sold} ${untidied} ${version}`);
  }
  for (const name of Object.keys(reservations).sort()) {
    const { status, version, lines, deadlineMs, loose, untidied } = reservations[name]!;
    const units = lines.map(({ pool, standing, returned }) => `${pool} ${standing} ${returned}`);
    parts.push(`${name} ${status} ${version} ${deadlineMs} ${loose} ${untidied} ${units.join()}`);
  }
  return parts.join('|');
}
