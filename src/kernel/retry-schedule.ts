// When something that somebody outside must take is tried again: exponential back-off with full jitter
// (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), for three days. Pure:
// lots are drawn elsewhere and handed in.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** At most so long after each attempt that failed; the last one holds for all that follow. */
export const RETRY_WITHIN_MS: readonly number[] = [
  10_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
];

/** Never sooner, whatever the lot. */
export const RETRY_MIN_MS = 1_000;

/** From the first attempt to the last. */
export const RETRY_FOR_MS = 72 * HOUR_MS;

export interface Tried {
  /** Attempts that failed so far, this one included. */
  failures: number;
  nowMs: number;
  /** When it is given up. */
  untilMs: number;
  /** From 0, below 1. */
  random: number;
}

/** How long to wait, undefined once it is given up. The last attempt is made when the time is over. */
export function retryAfterMs({ failures, nowMs, untilMs, random }: Tried): number | undefined {
  if (nowMs >= untilMs) return undefined;
  const within = RETRY_WITHIN_MS[Math.min(failures, RETRY_WITHIN_MS.length) - 1]!;
  const afterMs = Math.max(RETRY_MIN_MS, Math.floor(random * within));
  return Math.min(afterMs, untilMs - nowMs);
}
