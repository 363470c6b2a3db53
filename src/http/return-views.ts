// Shows returns in the outside format, and reads what carriers tell from it. Changes notations only.

import { type Refused, refuse } from '../kernel/refusals.ts';
import type { Return } from '../orders/return-view.ts';
import { formatInstant, INSTANT_EXPECTED, parseInstantMs } from './instant.ts';
import type { ReturnOutside } from './shapes/return-shapes.ts';

export function showReturn(value: Return): ReturnOutside {
  const { carrier, history, createdAtMs, updatedAtMs, ...rest } = value;
  const shown: ReturnOutside = {
    ...rest,
    history: history.map(({ status, atMs }) => ({ status, at: formatInstant(atMs) })),
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (carrier !== undefined) {
    shown.carrier = carrier.map(({ atMs, ...note }) =>
      atMs === undefined ? note : { ...note, at: formatInstant(atMs) },
    );
  }
  return shown;
}

/** What a carrier told, with its time in ms. */
export function readTold({
  at,
  reference,
}: {
  at?: string;
  reference?: string;
}): { ok: true; told: { atMs?: number; reference?: string } } | Refused {
  const atMs = at === undefined ? undefined : parseInstantMs(at);
  if (at !== undefined && !(atMs !== undefined && atMs >= 0)) {
    return refuse('invalid-request', { field: 'at', expected: INSTANT_EXPECTED });
  }
  return {
    ok: true,
    told: {
      ...(atMs === undefined ? {} : { atMs }),
      ...(reference === undefined ? {} : { reference }),
    },
  };
}
