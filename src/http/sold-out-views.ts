// Shows what a sale does when it is sold out, and reads it; and says where one may wait. Changes names and
// notations only.

import type { PreSold } from '../kernel/pre-sale.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { WhenSoldOut } from '../kernel/sold-out.ts';
import { formatDuration } from './duration.ts';
import { readDurations, readInstants } from './durations-of-body.ts';
import { formatInstant } from './instant.ts';
import type { WhenSoldOutOutside } from './shapes/sold-out-shapes.ts';

export function showWhenSoldOut(choice: WhenSoldOut): WhenSoldOutOutside {
  const { offerForMs, arrivesAtMs, ...rest } = choice;
  const shown: WhenSoldOutOutside = rest;
  if (offerForMs !== undefined) shown.offerFor = formatDuration(offerForMs);
  if (arrivesAtMs !== undefined) shown.arrivesAt = formatInstant(arrivesAtMs);
  return shown;
}

export function showPreSold({ arrivesAtMs }: PreSold): { arrivesAt?: string } {
  return arrivesAtMs === undefined ? {} : { arrivesAt: formatInstant(arrivesAtMs) };
}

export function readWhenSoldOut({
  offerFor,
  arrivesAt,
  ...rest
}: WhenSoldOutOutside): { ok: true; value: WhenSoldOut } | Refused {
  const durations = readDurations({ offerFor });
  if (!durations.ok) return durations;
  const instants = readInstants({ arrivesAt });
  if (!instants.ok) return instants;
  return { ok: true, value: { ...rest, ...durations.value, ...instants.value } };
}

/** With the address at which a place in line is to be had. */
export function withLine(refused: Refused): Refused {
  const { waitFor, ...rest } = refused.details;
  if (typeof waitFor !== 'string') return refused;
  const waitAt = `/v1/pools/${encodeURIComponent(waitFor)}/waiters`;
  return { ...refused, details: { ...rest, waitFor, waitAt } };
}
