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
export function lineGuardsOf({ stock, ...parts }: DoorParts): readonly Guard[] {
  return [
    watchGuard(parts.watch),
    denyGuard(parts.denyList),
    rateGuard(parts.buckets),
    challengeGuard(parts.challenges, () => stock.engine.clock().nowMs),
  ];
}

/**
 * Passes stand before the rates: who has none takes no token from those who have one. The gate counts whoever goes on,
 * so it is last.
 */
export function guardsOf({ stock, uses, waiting, ...parts }: DoorParts): readonly Guard[] {
  return [
    watchGuard(parts.watch),
    denyGuard(parts.denyList),
    passGuard(waiting.door),
    rateGuard(parts.buckets),
    latePassGuard(waiting.door),
    challengeGuard(parts.challenges, () => stock.engine.clock().nowMs),
    gateGuard(uses.sales),
  ];
}
