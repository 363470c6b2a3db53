// Reads the durations and moments of a body into the names and the unit that commands have inside: `holdFor`
// becomes `holdForMs`. A text that is none is refused with its field.

import { type Refused, refuse } from '../kernel/refusals.ts';
import { DURATION_EXPECTED, parseDurationMs } from './duration.ts';
import { INSTANT_EXPECTED, parseInstantMs } from './instant.ts';

type InMs<Names extends string> = { [Name in Names as `${Name}Ms`]?: number };
type Texts<Names extends string> = Record<Names, string | undefined>;
type Read<Names extends string> = { ok: true; value: InMs<Names> } | Refused;

export function readDurations<Names extends string>(texts: Texts<Names>): Read<Names> {
  return readTimes(texts, parseDurationMs, DURATION_EXPECTED);
}

/** What is wrong with one duration, where it is said. */
export function checkDuration(field: string, text: string | undefined): Refused | undefined {
  if (text === undefined || parseDurationMs(text) !== undefined) return undefined;
  return refuse('invalid-request', { field, expected: DURATION_EXPECTED });
}

/** The same of moments: `opensAt` becomes `opensAtMs`. */
export function readInstants<Names extends string>(texts: Texts<Names>): Read<Names> {
  return readTimes(texts, parseInstantMs, INSTANT_EXPECTED);
}

function readTimes<Names extends string>(
  texts: Texts<Names>,
  parseMs: (text: string) => number | undefined,
  expected: string,
): Read<Names> {
  const value: Record<string, number> = {};
  for (const field in texts) {
    const text = texts[field];
    if (text === undefined) continue;
    const ms = parseMs(text);
    if (ms === undefined) return refuse('invalid-request', { field, expected });
    value[`${field}Ms`] = ms;
  }
  return { ok: true, value: value as InMs<Names> };
}
