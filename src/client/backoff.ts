// How long to wait before a call is sent again: exponential with full jitter, so that a crowd that
// failed together does not come back together (Marc Brooker, "Exponential Backoff And Jitter", 2015).
// What the server asks for comes on top.

export interface BackoffBounds {
  firstMs: number;
  mostMs: number;
}

/** `attempts`: how many have failed, from 1. */
export function backoffMs(
  attempts: number,
  { firstMs, mostMs }: BackoffBounds,
  random: () => number,
): number {
  // 2^31 is beyond every bound; further doubling would only lose digits.
  return random() * Math.min(mostMs, firstMs * 2 ** Math.min(attempts - 1, 31));
}
