// Reads the durations of a body into the names and the unit that commands have inside: `holdFor`
// becomes `holdForMs`. A text that is no duration is refused with its field.

import { type Refused, refuse } from '../kernel/refusals.ts';
import { DURATION_EXPECTED, parseDurationMs } from './duration.ts';

type InMs<Names extends string> = { [Name in Names as `${Name}Ms`]?: number };

export function readDurations<Names extends string>(
  texts: Record<Names, string | undefined>,
): { ok: true; value: InMs<Names> } | Refused {
  const value: Record<string, number> = {};
  for (const field in texts) {
    const text = texts[field];
    if (text === undefined) continue;
    const durationMs = parseDurationMs(text);
    if (durationMs === undefined) {
      return refuse('invalid-request', { field, expected: DURATION_EXPECTED });
    }
    value[`${field}Ms`] = durationMs;
  }
  return { ok: true, value: value as InMs<Names> };
}
