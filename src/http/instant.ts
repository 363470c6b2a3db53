// Moments as they are written outside: ISO 8601 in UTC with milliseconds. Reads offsets too.

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
/** The last moment that four digits of a year can name. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const INSTANT_EXPECTED = 'a time such as 2026-11-20T09:30:00Z';

// A date object for each was 5% of a batch of reservations, whose times share a few seconds.
const SLOTS = 256;
const seconds = new Float64Array(SLOTS).fill(-1);
const texts = new Array<string>(SLOTS).fill('');

export function formatInstant(atMs: number): string {
  const ms = Math.min(atMs, LAST_MS);
  const second = Math.floor(ms / 1000);
  if (!(second >= 0 && Number.isInteger(ms))) return new Date(ms).toISOString();
  const slot = second & (SLOTS - 1);
  if (seconds[slot] !== second) {
    seconds[slot] = second;
    texts[slot] = new Date(second * 1000).toISOString().slice(0, 20);
  }
  return `${texts[slot]}${String(ms - second * 1000).padStart(3, '0')}Z`;
}

/** Reads a moment in ms; undefined when the text is none, names no zone, or a day that never was. */
export function parseInstantMs(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined;
  // The parser takes 30 February for 2 March.
  const day = Date.parse(text.slice(0, 10));
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    return undefined;
  }
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
