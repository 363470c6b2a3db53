// Moments as they are written outside: ISO 8601 in UTC with milliseconds. Reads offsets too.

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
/** The last moment that four digits of a year can name. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const INSTANT_EXPECTED = 'a time such as 2026-11-20T09:30:00Z';

export function formatInstant(atMs: number): string {
  return new Date(Math.min(atMs, LAST_MS)).toISOString();
}

/** Reads a moment in ms; undefined when the text is none, or names no zone. */
export function parseInstantMs(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
