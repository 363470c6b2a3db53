// Compares what a client was shown with what a state holds. A comparison may teach something that
// was open (that a reservation has been tidied up, a pool's number); then the state knows it after.

import type { Result, SeenReservation } from './operation.ts';
import type { ReservationNow, ShopState } from './shop-state.ts';
import type { Said } from './shop-verbs.ts';

interface Known {
  /** Nobody was told when it took effect. */
  timeless: boolean;
  /** The command counts a deadline from that moment. */
  deadlineSet: boolean;
}

/** The state after an accepted command, if the answer is the one that follows; else nothing. */
export function agrees(
  said: Exclude<Said, { refused: string }>,
  result: Result,
  { timeless, deadlineSet }: Known,
): ShopState | undefined {
  const { state } = said;
  if ('pool' in said) {
    if (result.kind === 'unknown') return state;
    if (result.kind !== 'moved' || result.value.quantity !== said.quantity) return undefined;
    return withVersion(state, said.pool, result.value.version);
  }
  const reservation = state.reservations[said.reservation]!;
  if (result.kind === 'reservation') {
    return looksLike(reservation, result.value) ? state : undefined;
  }
  if (result.kind !== 'unknown') return undefined;
  if (!timeless) return state;
  const { updatedAtMs: _, ...open } = reservation;
  const next: ReservationNow = deadlineSet ? { ...open, loose: true } : open;
  return withReservation(state, said.reservation, next);
}

export function readPool(state: ShopState, pool: string, result: Result): ShopState | undefined {
  if (result.kind !== 'pool') return undefined;
  const now = state.pools[pool]!;
  const { available, held, sold, version } = result.value;
  const untidied = now.available - available;
  if (untidied < 0 || untidied > now.untidied) return undefined;
  if (held !== now.held + untidied || sold !== now.sold) return undefined;
  const next = withVersion(state, pool, version);
  if (next === undefined || untidied === now.untidied) return next;
  return { ...next, pools: { ...next.pools, [pool]: { ...next.pools[pool]!, untidied } } };
}

export function readReservation(
  state: ShopState,
  of: string,
  result: Result,
): ShopState | undefined {
  const now = state.reservations[of];
  if (result.kind === 'refused') {
    return now === undefined && result.code === 'unknown-reservation' ? state : undefined;
  }
  if (now === undefined || result.kind !== 'reservation') return undefined;
  const { value } = result;
  if (now.loose === true && value.expiresAtMs !== undefined) {
    if (value.expiresAtMs < now.deadlineMs) return undefined;
    const { loose: _, ...settled } = { ...now, deadlineMs: value.expiresAtMs };
    return looksLike(settled, value) ? withReservation(state, of, settled) : undefined;
  }
  if (looksLike(now, value)) return state;
  if (now.untidied !== true) return undefined;
  const { untidied: _, updatedAtMs: __, ...tidied } = { ...now, version: now.version + 1 };
  return looksLike(tidied, value) ? withReservation(state, of, tidied) : undefined;
}

function looksLike(now: ReservationNow, seen: SeenReservation): boolean {
  const { status, version, lines, updatedAtMs, deadlineMs, untidied } = now;
  if (seen.status !== status || seen.version !== version) return false;
  if (updatedAtMs !== undefined && seen.updatedAtMs !== updatedAtMs) return false;
  const shown = status === 'HELD' || untidied === true ? deadlineMs : undefined;
  if (seen.expiresAtMs !== shown || seen.lines.length !== lines.length) return false;
  return lines.every(({ pool, standing, granted, returned }, index) => {
    const line = seen.lines[index]!;
    const confirmed = status === 'CONFIRMED' ? standing + returned : undefined;
    return (
      line.pool === pool &&
      line.quantity === (granted ?? standing) &&
      line.confirmed === confirmed &&
      (line.returned ?? 0) === returned
    );
  });
}

/** A pool's number rises with each change and is never used again. */
function withVersion(state: ShopState, pool: string, version: number): ShopState | undefined {
  const now = state.pools[pool]!;
  if (version < now.version) return undefined;
  if (version === now.version) return state;
  return { ...state, pools: { ...state.pools, [pool]: { ...now, version } } };
}

function withReservation(state: ShopState, name: string, reservation: ReservationNow): ShopState {
  return { ...state, reservations: { ...state.reservations, [name]: reservation } };
}
