// Durations as they are written outside: ISO 8601 (`PT15M`, `P1DT12H`) or a number with one unit
// (`15m`). Strict: months and years have no fixed length and are refused. Must not judge how long
// is too long; the kernel does.

const ISO =
  /^P(?=\d|T\d)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;
const SHORT = /^(\d{1,12})(ms|s|m|h|d)$/;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const ISO_UNITS_MS = [7 * UNIT_MS.d, UNIT_MS.d, UNIT_MS.h, UNIT_MS.m, UNIT_MS.s] as const;

/** The pattern that the OpenAPI document shows. */
export const DURATION_PATTERN = `${ISO.source}|${SHORT.source}`;
export const DURATION_EXPECTED = 'a duration such as PT15M, 15m, 90s, 2h or 30d';

/** Shops ask for the same few holds all the time; reading one anew took 0.4 µs of each request. */
const READ = new Map<string, number>();
const READ_MAX = 256;

/** Reads a duration in ms; undefined when the text is none. */
export function parseDurationMs(text: string): number | undefined {
  const known = READ.get(text);
  if (known !== undefined) return known;
  const durationMs = readMs(text);
  if (durationMs !== undefined && READ.size < READ_MAX) READ.set(text, durationMs);
  return durationMs;
}

function readMs(text: string): number | undefined {
  const short = SHORT.exec(text);
  if (short !== null) return Number(short[1]) * UNIT_MS[short[2] as keyof typeof UNIT_MS];
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const sumMs = ISO_UNITS_MS.reduce(
    (sum, unitMs, index) => sum + Number(parts[index + 1] ?? 0) * unitMs,
    0,
  );
  return Math.round(sumMs);
}

/** Writes a duration the ISO 8601 way, in days, hours, minutes and seconds. */
export function formatDuration(durationMs: number): string {
  const days = Math.floor(durationMs / UNIT_MS.d);
  const hours = Math.floor((durationMs % UNIT_MS.d) / UNIT_MS.h);
  const minutes = Math.floor((durationMs % UNIT_MS.h) / UNIT_MS.m);
  const seconds = (durationMs % UNIT_MS.m) / UNIT_MS.s;
  const time = [part(hours, 'H'), part(minutes, 'M'), part(seconds, 'S')].join('');
  const text = `P${part(days, 'D')}${time === '' ? '' : `T${time}`}`;
  return text === 'P' ? 'PT0S' : text;
}

function part(count: number, unit: string): string {
  return count === 0 ? '' : `${count}${unit}`;
}
