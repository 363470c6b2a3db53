// What each command does to a shop, one at a time: a second telling of the rules for the checker of
// histories. Shares no code with the kernel, on purpose: a fault there must not excuse itself here.
// Left out: purchase limits, closed pools, and the cap on extensions.

import type { Command, Line } from './operation.ts';
import { Draft, type LineNow, type ReservationNow, type ShopState } from './shop-state.ts';

/** Refused with a code, or the state after it and what it was about. */
export type Said =
  | { refused: string }
  | { state: ShopState; reservation: string }
  | { state: ShopState; pool: string; quantity: number };

interface At {
  /** The name of the reservation that a reserve makes. */
  name: string;
  nowMs: number;
}

type Reads = 'read-pool' | 'read-reservation';

/** Does a command to a state in which nothing is due. */
export function carry(
  state: ShopState,
  command: Exclude<Command, { do: Reads }>,
  { name, nowMs }: At,
): Said {
  switch (command.do) {
    case 'reserve':
      return reserve(state, command.lines, { name, deadlineMs: nowMs + command.holdForMs, nowMs });
    case 'receive':
      return shift(state, command.pool, command.quantity);
    case 'adjust':
      return shift(state, command.pool, command.quantity);
    case 'return':
      return giveBackSold(state, command, nowMs);
    default:
      return onHeld(state, command, nowMs);
  }
}

const no = (refused: string): Said => ({ refused });

function shift(state: ShopState, pool: string, quantity: number): Said {
  if (state.pools[pool]!.available + quantity < 0) return no('insufficient-stock');
  const draft = new Draft(state);
  draft.bring(pool, { available: quantity });
  return { state: draft.state(), pool, quantity: Math.abs(quantity) };
}

function reserve(
  state: ShopState,
  asked: readonly Line[],
  { name, nowMs, deadlineMs }: At & { deadlineMs: number },
): Said {
  const draft = new Draft(state);
  const lines: LineNow[] = [];
  for (const line of asked) {
    const granted = take(draft, line);
    if (granted === undefined) return no('insufficient-stock');
    lines.push({ pool: line.pool, standing: granted, returned: 0 });
  }
  if (lines.every(({ standing }) => standing === 0)) return no('insufficient-stock');
  draft.reservations[name] = { status: 'HELD', version: 1, lines, deadlineMs, updatedAtMs: nowMs };
  return { state: draft.state(), reservation: name };
}

function take(draft: Draft, { pool, quantity, quantityMin = quantity }: Line): number | undefined {
  const granted = Math.min(quantity, draft.pools[pool]!.available);
  if (granted < quantityMin) return undefined;
  draft.bring(pool, { available: -granted, held: granted });
  return granted;
}

type OnHeld = Extract<Command, { do: 'confirm' | 'cancel' | 'extend' | 'change' }>;

function onHeld(state: ShopState, command: OnHeld, nowMs: number): Said {
  const { of } = command;
  const reservation = state.reservations[of];
  if (reservation === undefined) return no('unknown-reservation');
  if (reservation.status !== 'HELD') return no(`already-${reservation.status.toLowerCase()}`);
  const draft = new Draft(state);
  const next = (change: Partial<ReservationNow>): Said => {
    const version = reservation.version + 1;
    draft.reservations[of] = { ...reservation, version, updatedAtMs: nowMs, ...change };
    return { state: draft.state(), reservation: of };
  };
  const { lines } = reservation;
  switch (command.do) {
    case 'extend':
      return next({ deadlineMs: Math.max(reservation.deadlineMs, nowMs + command.holdForMs) });
    case 'cancel':
      for (const { pool, standing } of lines) {
        draft.bring(pool, { available: standing, held: -standing });
      }
      return next({
        status: 'CANCELLED',
        lines: lines.map((line) => ({ ...line, granted: line.standing, standing: 0 })),
      });
    case 'confirm': {
      const sold = sell(draft, lines, command.lines);
      return typeof sold === 'string' ? no(sold) : next({ status: 'CONFIRMED', lines: sold });
    }
    case 'change': {
      const changed = exchange(draft, lines, command.lines);
      return changed === undefined ? no('insufficient-stock') : next({ lines: changed });
    }
  }
}

function sell(draft: Draft, lines: readonly LineNow[], named?: readonly Line[]) {
  const kept = named ? spread(lines, named) : lines.map(({ standing }) => standing);
  if (kept === undefined) return 'quantity-exceeds-held';
  if (kept.every((quantity) => quantity === 0)) return 'invalid-request';
  return lines.map((line, index): LineNow => {
    const { pool, standing } = line;
    const sold = kept[index]!;
    draft.bring(pool, { available: standing - sold, held: -standing, sold });
    return { ...line, granted: standing, standing: sold };
  });
}

/** The cart as it should be: what goes is let go first, then what is new is taken. */
function exchange(draft: Draft, lines: readonly LineNow[], wanted: readonly Line[]) {
  const left = lines.map((line) => ({ ...line, used: false }));
  const before = wanted.map(({ pool }) => {
    const found = left.find((line) => line.pool === pool && !line.used);
    if (found !== undefined) found.used = true;
    return found;
  });
  for (const line of left) {
    const index = before.indexOf(line);
    const kept = index < 0 ? 0 : Math.min(line.standing, wanted[index]!.quantity);
    draft.bring(line.pool, { available: line.standing - kept, held: kept - line.standing });
    line.standing = kept;
  }
  const changed: LineNow[] = [];
  for (const [index, { pool, quantity }] of wanted.entries()) {
    const more = quantity - (before[index]?.standing ?? 0);
    if (take(draft, { pool, quantity: more }) === undefined) return undefined;
    changed.push({ pool, standing: quantity, returned: 0 });
  }
  return changed;
}

function giveBackSold(
  state: ShopState,
  { of, lines: named }: Extract<Command, { do: 'return' }>,
  updatedAtMs: number,
): Said {
  const reservation = state.reservations[of];
  if (reservation === undefined) return no('unknown-reservation');
  const { status, lines, version } = reservation;
  if (status === 'HELD') return no('not-confirmed');
  if (status !== 'CONFIRMED') return no(`already-${status.toLowerCase()}`);
  const back = spread(lines, named);
  if (back === undefined) return no('quantity-exceeds-sold');
  const draft = new Draft(state);
  const rest = lines.map((line, index): LineNow => {
    const quantity = back[index]!;
    draft.bring(line.pool, { available: quantity, sold: -quantity });
    const { standing, returned } = line;
    return { ...line, standing: standing - quantity, returned: returned + quantity };
  });
  draft.reservations[of] = { ...reservation, version: version + 1, lines: rest, updatedAtMs };
  return { state: draft.state(), reservation: of };
}

/** Quantities named by pool, over the lines from the first on; undefined when too much is named. */
function spread(lines: readonly LineNow[], named: readonly Line[]): number[] | undefined {
  const open = new Map<string, number>();
  for (const { pool, quantity } of named) open.set(pool, (open.get(pool) ?? 0) + quantity);
  const given = lines.map(({ pool, standing }) => {
    const quantity = Math.min(open.get(pool) ?? 0, standing);
    open.set(pool, (open.get(pool) ?? 0) - quantity);
    return quantity;
  });
  return [...open.values()].every((rest) => rest === 0) ? given : undefined;
}
