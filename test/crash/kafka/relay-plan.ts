// Decides for each round what happens to the relay, the broker and the consumers while shoppers shop.
// Pure: the numbers come from the seed.

import { RELAY_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import type { Random } from '../random.ts';

export type RelayStore = 'sqlite' | 'postgres';

export const FAULTS = [
  'relay-killed',
  'broker-killed',
  'broker-away',
  'relay-dies-at',
  'relay-paused',
  'book-killed',
  'broker-paused',
  'all-killed',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface RelayRound {
  store: RelayStore;
  fault: Fault;
  /** When it happens. */
  afterMs: number;
  /** How long it lasts. */
  forMs: number;
  /** Where the relay dies, and at which passing. */
  crashAt: string;
}

/** Longer than a lease: another server takes over meanwhile. */
const PAUSE_MS = 7_000;

export function planRelayRound(
  round: number,
  { stores, random }: { stores: readonly RelayStore[]; random: Random },
): RelayRound {
  const fault = FAULTS[round % FAULTS.length]!;
  const turn = Math.floor(round / FAULTS.length) + round;
  const point = random.pick(RELAY_CRASH_POINTS);
  return {
    store: stores[turn % stores.length]!,
    fault,
    afterMs: random.whole(200, 1_500),
    forMs: fault === 'relay-paused' ? PAUSE_MS : random.whole(500, 4_000),
    crashAt: `${point}:${random.whole(1, 4)}`,
  };
}
