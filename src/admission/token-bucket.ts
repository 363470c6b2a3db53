// The token bucket as arithmetic on one number: the theoretical arrival time of the generic cell rate
// algorithm (ITU-T I.371, annex A), at which the bucket would be full again. Keeps nothing.

export interface BucketRule {
  /** What callers know it by: `sale`, `buyer`, `key`. */
  name: string;
  /** Tokens that come in a second; may be a fraction. */
  perSecond: number;
  /** How many it holds: so many at once, after a pause. */
  burst: number;
}

/** A bucket as one who asks finds it. */
export interface BucketLook {
  isAdmitted: boolean;
  /** Tokens that are left, without the one that was asked for where that was there. */
  remaining: number;
  /** Until a token is there; 0 where one was. */
  waitMs: number;
  /** Until it is full again, as it stands. */
  fullInMs: number;
}

export interface BucketStep extends BucketLook {
  /** When it would be full again, if the token is taken. */
  fullAtMs: number;
}

/** Rounding of times as they are added up. */
const TOLERANCE_MS = 1e-6;

/**
 * What taking one token would come to. A bucket that nobody has heard of is full.
 *
 * In any time of `s` seconds it admits at most `burst + perSecond * s`.
 */
export function lookAt(
  { perSecond, burst }: BucketRule,
  fullAtMs: number | undefined,
  nowMs: number,
): BucketStep {
  const everyMs = 1_000 / perSecond;
  const beforeMs = Math.max(fullAtMs ?? nowMs, nowMs);
  const afterMs = beforeMs + everyMs;
  const waitMs = afterMs - burst * everyMs - nowMs;
  const isAdmitted = waitMs <= TOLERANCE_MS;
  const standsAtMs = isAdmitted ? afterMs : beforeMs;
  const fullInMs = standsAtMs - nowMs;
  return {
    isAdmitted,
    fullAtMs: afterMs,
    remaining: Math.max(0, Math.floor(burst - fullInMs / everyMs + TOLERANCE_MS)),
    waitMs: isAdmitted ? 0 : waitMs,
    fullInMs,
  };
}
