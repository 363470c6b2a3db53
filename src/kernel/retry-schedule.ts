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
  /** What comes after that time is worth nothing: no attempt is made then. */
  inTime?: boolean;
}

/**
 * How long to wait, undefined once it is given up. The last attempt is made when the time is over; where
 * that is too late, each wait takes half of what is left at most, so that there are attempts to the end.
 */
export function retryAfterMs(tried: Tried): number | undefined {
  const { failures, nowMs, untilMs, random, inTime = false } = tried;
  const leftMs = untilMs - nowMs;
  if (leftMs <= 0 || (inTime && leftMs <= RETRY_MIN_MS)) return undefined;
  const within = RETRY_WITHIN_MS[Math.min(failures, RETRY_WITHIN_MS.length) - 1]!;
  const drawnMs = Math.floor(random * within);
  const afterMs = inTime ? Math.min(drawnMs, Math.floor(leftMs / 2)) : Math.min(drawnMs, leftMs);
  return Math.max(Math.min(RETRY_MIN_MS, leftMs), afterMs);
}
