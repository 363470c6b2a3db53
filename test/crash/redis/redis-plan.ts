// Decides for each round what happens to Redis, its record and the servers while shoppers shop. Pure: the numbers
// come from the seed.

import { REBUILD_CRASH_POINTS, RECORD_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import type { Random } from '../random.ts';

/** In this order, so that a few rounds have the worst of them. */
export const FAULTS = [
  'rebuilder-killed',
  'redis-killed',
  'flushed',
  'promoted',
  'recorder-killed',
  'old-copy',
  'server-killed',
  'emptied',
  'postgres-away',
  'redis-restarted',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface RedisRound {
  fault: Fault;
  /** When it happens. */
  afterMs: number;
  /** How long it lasts. */
  forMs: number;
  /** The server that it hits, or that alone reaches the old master. */
  server: number;
  /** Where a server dies that records, and one that rebuilds. */
  recordingAt: string;
  rebuildingAt: string;
}

/** Of a machine that holds what happens up. */
const RECORDING_POINTS = RECORD_CRASH_POINTS.filter((point) => point !== 'epoch-opened');

export function planRedisRound(
  round: number,
  { servers, leaseMs, random }: { servers: number; leaseMs: number; random: Random },
): RedisRound {
  return {
    fault: FAULTS[round % FAULTS.length]!,
    afterMs: random.whole(200, 1_200),
    forMs: random.whole(100, leaseMs * 2),
    server: random.whole(0, servers - 1),
    recordingAt: `${random.pick(RECORDING_POINTS)}:${random.whole(1, 4)}`,
    rebuildingAt: random.pick(REBUILD_CRASH_POINTS),
  };
}
