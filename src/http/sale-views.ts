// Shows sales in the outside format, and reads them from it. Changes names and notations only.

import { type Refused, refuse } from '../kernel/refusals.ts';
import type { SaleCommand, SaleLimit } from '../kernel/sale.ts';
import type { SaleView } from '../uses/flash-sale/sale-view.ts';
import { formatDuration } from './duration.ts';
import { readDurations, readInstants } from './durations-of-body.ts';
import { formatInstant } from './instant.ts';
import { readRoom, showRoom } from './place-views.ts';
import type { SaleIn, SaleOutside } from './shapes/sale-shapes.ts';
import { readWhenSoldOut, showWhenSoldOut } from './sold-out-views.ts';

export function showSale(view: SaleView): SaleOutside {
  const { sale, state, createdAtMs, updatedAtMs, opensAtMs, closesAtMs, ...more } = view;
  const { limits, gate, room, whenSoldOut, ...rest } = more;
  const shown: SaleOutside = {
    sale,
    status: state,
    ...rest,
    limits: limits.map(({ windowMs, ...limit }) =>
      windowMs === undefined ? limit : { ...limit, window: formatDuration(windowMs) },
    ),
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (gate !== undefined) {
    const { drawEveryMs, ...way } = gate;
    shown.gate =
      drawEveryMs === undefined ? way : { ...way, drawEvery: formatDuration(drawEveryMs) };
  }
  if (opensAtMs !== undefined) shown.opensAt = formatInstant(opensAtMs);
  if (closesAtMs !== undefined) shown.closesAt = formatInstant(closesAtMs);
  if (whenSoldOut !== undefined) shown.whenSoldOut = showWhenSoldOut(whenSoldOut);
  if (room !== undefined) shown.room = showRoom(room);
  return shown;
}

/** A sale's body as a command; refuses what is no time, no duration, and no kind of challenge that is known. */
export function readSale(
  sale: string,
  { opensAt, closesAt, limits = [], gate, room, whenSoldOut, ...rest }: SaleIn,
  challenges: readonly string[],
): { ok: true; value: SaleCommand } | Refused {
  const instants = readInstants({ opensAt, closesAt });
  if (!instants.ok) return instants;
  const { kind } = rest.challenge ?? {};
  if (kind !== undefined && !challenges.includes(kind)) {
    const expected = `one of ${challenges.join(', ')}`;
    return refuse('invalid-request', { field: 'challenge/kind', expected });
  }
  const read: SaleLimit[] = [];
  for (const { window, ...limit } of limits) {
    const durations = readDurations({ window });
    if (!durations.ok) return durations;
    read.push({ ...limit, ...durations.value });
  }
  const value: SaleCommand = { ...rest, ...instants.value, sale, limits: read };
  if (gate !== undefined) {
    const { drawEvery, ...way } = gate;
    const durations = readDurations({ drawEvery });
    if (!durations.ok) return durations;
    value.gate = { ...way, ...durations.value };
  }
  if (room !== undefined) {
    const laidDown = readRoom(room);
    if (!laidDown.ok) return laidDown;
    value.room = laidDown.value;
  }
  if (whenSoldOut === undefined) return { ok: true, value };
  const choice = readWhenSoldOut(whenSoldOut);
  return choice.ok ? { ok: true, value: { ...value, whenSoldOut: choice.value } } : choice;
}
