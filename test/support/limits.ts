// How long tests may take before they count as hanging, each limit inside of the next.

const MINUTE_MS = 60_000;

/** A test. */
export const TEST_MAX_MS = 15 * MINUTE_MS;
/** A file that is not through by then, or not over, ends itself and says why. */
export const FILE_ENDS_MS = 19 * MINUTE_MS;
/** One that cannot, because it is stuck in a call, is ended. */
export const FILE_MAX_MS = 20 * MINUTE_MS;
