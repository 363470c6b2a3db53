// The waiting room of a sale as it is laid down: how many may try at once for what is left, how long they may,
// and how long one may be silent. Who waits is known to the room alone, never here.

import { checkWhole, invalid } from './check-command.ts';
import type { Refused } from './refusals.ts';

export interface SaleRoom {
  /** Passes that are out are at most so many for each unit that the sale has left, 1 to 1,000. */
  multiple: number;
  /** How long a pass is good, in ms. Default 5 minutes. */
  passForMs?: number;
  /** A place of which nothing was heard for so long is passed over, in ms. Default 30 seconds. */
  awayAfterMs?: number;
}

export const PASS_FOR_DEFAULT_MS = 5 * 60_000;
export const AWAY_AFTER_DEFAULT_MS = 30_000;
export const ROOM_MULTIPLE_MAX = 1_000;
const PASS_FOR_MIN_MS = 1_000;
const PASS_FOR_MAX_MS = 86_400_000;
const AWAY_AFTER_MIN_MS = 3_000;
const AWAY_AFTER_MAX_MS = 3_600_000;

export function checkRoom(room: SaleRoom | undefined): Refused | undefined {
  if (room === undefined) return undefined;
  if (typeof room !== 'object' || room === null) return invalid('room', 'an object');
  const { multiple, passForMs, awayAfterMs } = room;
  const wrong = checkWhole(multiple, 'room/multiple', 1, ROOM_MULTIPLE_MAX);
  if (wrong !== undefined) return wrong;
  if (!isWithin(passForMs, PASS_FOR_MIN_MS, PASS_FOR_MAX_MS)) {
    return invalid('room/passFor', 'a duration from 1s to 24h');
  }
  if (!isWithin(awayAfterMs, AWAY_AFTER_MIN_MS, AWAY_AFTER_MAX_MS)) {
    return invalid('room/awayAfter', 'a duration from 3s to 1h');
  }
  return undefined;
}

function isWithin(ms: number | undefined, minMs: number, maxMs: number): boolean {
  return ms === undefined || (Number.isSafeInteger(ms) && ms >= minMs && ms <= maxMs);
}
