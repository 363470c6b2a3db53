// Decides for each round what happens to the servers and to the carrier while a crowd orders. Pure: the
// numbers come from the seed.

import { QUEUE_CRASH_POINTS, TURN_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import type { Random } from '../random.ts';

export const FAULTS = [
  'server-killed',
  'carrier-killed',
  'server-dies-at',
  'server-and-carrier-killed',
  'server-paused',
  'carrier-paused',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface QueueRound {
  carrier: string;
  fault: Fault;
  /** Which server. */
  server: number;
  /** When it happens. */
  afterMs: number;
  /** How long it lasts. */
  forMs: number;
  /** Where the server dies, and at which passing. */
  crashAt: string;
  /** Units of each product. */
  units: number[];
}

export const SERVERS = 3;
const PRODUCTS = 3;

export function planQueueRound(
  round: number,
  { carriers, random }: { carriers: readonly string[]; random: Random },
): QueueRound {
  const turn = Math.floor(round / carriers.length);
  const carrier = round % carriers.length;
  const point = random.pick([...TURN_CRASH_POINTS, ...QUEUE_CRASH_POINTS]);
  return {
    carrier: carriers[carrier]!,
    // Another one on each of them: a few rounds meet several.
    fault: FAULTS[(turn + 2 * carrier) % FAULTS.length]!,
    server: random.whole(0, SERVERS - 1),
    afterMs: random.whole(200, 1_500),
    forMs: random.whole(500, 4_000),
    crashAt: `${point}:${random.whole(1, 4)}`,
    units: Array.from({ length: PRODUCTS }, () => random.whole(5, 30)),
  };
}
