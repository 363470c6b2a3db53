// How long a copy of a sale may stand in for the sale itself, in caches and in browsers. Pure: counts, and writes
// Cache-Control (RFC 9111; stale-while-revalidate and stale-if-error are RFC 5861).

/** As long as somebody can open or close it by hand, a shared copy is at most so old. */
const AHEAD_MAX_S = 10;
const STALE_MAX_S = 5;
/** While the server cannot be asked. */
const STALE_IF_ERROR_S = 60;
/** What is over stays so. */
const OVER_S = 60;

/** Of an address where there is no sale: a crowd with a wrong link costs as little as one with the right one. */
export const NOTHING_THERE = 'public, max-age=1, s-maxage=1';

/**
 * Of a sale that is over, that sells (or may at any moment), or that opens in `leftMs`. A shared cache keeps its copy
 * `s-maxage`, hands it out for another `stale-while-revalidate`, and whoever got it there keeps it one second and
 * as much again: all of that ends before the opening. Only in the last four seconds it does not, because a copy of no
 * time at all would let the whole crowd through.
 */
export function cacheControl(status: 'ARMED' | 'OPEN' | 'CLOSED', leftMs?: number): string {
  if (status === 'CLOSED') return told(OVER_S, OVER_S, OVER_S);
  if (status === 'OPEN' || leftMs === undefined) return told(1, 1, STALE_MAX_S);
  const leftS = Math.floor(leftMs / 1_000);
  const staleS = clamp(Math.floor(leftS / 4), STALE_MAX_S);
  return told(1, clamp(leftS - 2 * staleS - 1, AHEAD_MAX_S), staleS);
}

function told(maxAgeS: number, sharedS: number, staleS: number): string {
  return (
    `public, max-age=${maxAgeS}, s-maxage=${sharedS}, stale-while-revalidate=${staleS}, ` +
    `stale-if-error=${STALE_IF_ERROR_S}`
  );
}

function clamp(seconds: number, max: number): number {
  return Math.min(max, Math.max(1, seconds));
}
