// Shows sales in the outside format, and reads them from it. Changes names and notations only.

import type { Refused } from '../kernel/refusals.ts';
import type { SaleCommand, SaleLimit } from '../kernel/sale.ts';
import type { SaleView } from '../uses/flash-sale/sale-view.ts';
import { formatDuration } from './duration.ts';
import { readDurations, readInstants } from './durations-of-body.ts';
import { formatInstant } from './instant.ts';
import type { SaleIn, SaleOutside } from './shapes/sale-shapes.ts';

export function showSale(view: SaleView): SaleOutside {
  const { state, createdAtMs, updatedAtMs, opensAtMs, closesAtMs, limits, ...rest } = view;
  const shown: SaleOutside = {
    ...rest,
    status: state,
    limits: limits.map(({ windowMs, ...limit }) =>
      windowMs === undefined ? limit : { ...limit, window: formatDuration(windowMs) },
    ),
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (opensAtMs !== undefined) shown.opensAt = formatInstant(opensAtMs);
  if (closesAtMs !== undefined) shown.closesAt = formatInstant(closesAtMs);
  return shown;
}

/** A sale's body as a command; refuses what is no time and no duration. */
export function readSale(
  sale: string,
  { opensAt, closesAt, limits = [], ...rest }: SaleIn,
): { ok: true; value: SaleCommand } | Refused {
  const instants = readInstants({ opensAt, closesAt });
  if (!instants.ok) return instants;
  const read: SaleLimit[] = [];
  for (const { window, ...limit } of limits) {
    const durations = readDurations({ window });
    if (!durations.ok) return durations;
    read.push({ ...limit, ...durations.value });
  }
  return { ok: true, value: { ...rest, ...instants.value, sale, limits: read } };
}
