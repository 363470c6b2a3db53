// What it means that the tables are so many entries behind the journal.

/** From here on new reservations are turned away. */
export const TABLE_LAG_MAX = 1_000_000;
/** Up to here batches come as fast as they can. */
const UNHURRIED_MAX = 262_144;
/** A millisecond of rest for so many more: 45 where new reservations are turned away. */
const ENTRIES_PER_MS = 16_384;

/**
 * How long to rest before the next batch, in ms. The tables' thread gives way to all others, so that it
 * may be left too little of a busy machine: then the deciding thread leaves it more, by and by, long
 * before anybody is turned away.
 */
export function restMsBehind(tableLag: number): number {
  return Math.max(0, tableLag - UNHURRIED_MAX) / ENTRIES_PER_MS;
}
