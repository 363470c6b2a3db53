// Shows places in waiting rooms in the outside format, and the rooms that sales lay down. Changes names and notations
// only.

import type { PlaceView } from '../admission/waiting-room/place-view.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { SaleRoom } from '../kernel/sale-room.ts';
import { formatDuration } from './duration.ts';
import { readDurations } from './durations-of-body.ts';
import { formatInstant } from './instant.ts';
import type { PlaceOutside, RoomOutside } from './shapes/place-shapes.ts';

/** Of a place that is not over. */
export function showPlace(view: PlaceView): PlaceOutside {
  const { place, state, ahead, heartbeatEveryMs, pass, passExpiresAtMs } = view;
  const shown: PlaceOutside = {
    place,
    state: state as PlaceOutside['state'],
    ahead,
    heartbeatEvery: formatDuration(heartbeatEveryMs),
  };
  if (pass !== undefined) shown.pass = pass;
  if (passExpiresAtMs !== undefined) shown.passExpiresAt = formatInstant(passExpiresAtMs);
  return shown;
}

export function showRoom({ multiple, passForMs, awayAfterMs }: SaleRoom): RoomOutside {
  const shown: RoomOutside = { multiple };
  if (passForMs !== undefined) shown.passFor = formatDuration(passForMs);
  if (awayAfterMs !== undefined) shown.awayAfter = formatDuration(awayAfterMs);
  return shown;
}

export function readRoom({
  multiple,
  passFor,
  awayAfter,
}: RoomOutside): { ok: true; value: SaleRoom } | Refused {
  const durations = readDurations({ passFor, awayAfter });
  if (!durations.ok) {
    const { field } = durations.details;
    return { ...durations, details: { ...durations.details, field: `room/${String(field)}` } };
  }
  return { ok: true, value: { multiple, ...durations.value } };
}
