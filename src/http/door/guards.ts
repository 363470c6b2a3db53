// What stands at the door of every sale, in the order in which an attempt passes it.

import type { Stock } from '../../stock.ts';
import type { Sales } from '../../uses/flash-sale/sales.ts';
import { challengeGuard } from './challenge-guard.ts';
import { denyGuard } from './deny-guard.ts';
import { gateGuard } from './gate-guard.ts';
import type { AdmissionParts } from './open-admission.ts';
import { rateGuard } from './rate-guard.ts';
import { latePassGuard, passGuard, type RoomDoor } from './room-guard.ts';
import type { Guard } from './sale-door.ts';
import { watchGuard } from './watch-guard.ts';

export interface DoorParts extends AdmissionParts {
  stock: Stock;
  uses: { sales: Pick<Sales, 'unitsOf'> };
  waiting: { door: RoomDoor };
}

/** Before a place in its waiting room, which is no attempt to buy. */
export function roomGuardsOf({ watch, denyList }: DoorParts): readonly Guard[] {
  return [watchGuard(watch), denyGuard(denyList)];
}

/** Before a place in the line of a sale that is sold out: nobody needs a pass for that, and there is nothing to crowd for. */
export function lineGuardsOf(parts: DoorParts): readonly Guard[] {
  return [...roomGuardsOf(parts), rateGuard(parts.buckets), challengeGuardOf(parts)];
}

/**
 * Passes stand before the rates: who has none takes no token from those who have one. The gate counts whoever goes on,
 * so it is last.
 */
export function guardsOf(parts: DoorParts): readonly Guard[] {
  const { uses, waiting, buckets } = parts;
  return [
    ...roomGuardsOf(parts),
    passGuard(waiting.door),
    rateGuard(buckets),
    latePassGuard(waiting.door),
    challengeGuardOf(parts),
    gateGuard(uses.sales),
  ];
}

function challengeGuardOf({ challenges, stock }: DoorParts): Guard {
  return challengeGuard(challenges, () => stock.engine.clock().nowMs);
}
