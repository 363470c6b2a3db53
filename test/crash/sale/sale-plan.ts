// Decides for each round of a sale who is killed and when, how many units there are and what each buyer means to do.
// Pure: the numbers come from the seed.

import type { Random } from '../random.ts';

export type StoreKind = 'sqlite' | 'redis';

/** In this order, so that a few rounds have each. */
export const FAULTS = {
  sqlite: ['server-killed', 'killed-in-line', 'killed-at-commit', 'killed-twice'],
  redis: ['redis-killed', 'server-killed', 'redis-killed-in-line', 'redis-away', 'all-killed'],
} as const;

export type Fault = (typeof FAULTS)[StoreKind][number];

/** What a buyer does once admitted, with so many units. */
export type Deed = {
  do: 'pay' | 'cancel' | 'expire' | 'double' | 'too-many' | 'leave';
  quantity: number;
};

export interface PlannedBuyer {
  joinsAfterMs: number;
  deeds: readonly Deed[];
}

export interface SaleRound {
  fault: Fault;
  /** When it happens, from the opening, or from the arming where people only wait in line. */
  afterMs: number;
  /** How long what was killed stays away. */
  forMs: number;
  /** The server that it hits. */
  server: number;
  /** Where the server dies, and at which passing. */
  crashAt: string;
  units: number;
  opensAfterMs: number;
  buyers: readonly PlannedBuyer[];
}

/** Of each buyer, by the sale's limits. */
export const UNITS_MAX = 2;
/** In one order. */
export const ORDER_MAX = 2;
const BUYERS = 16;
/** With fewer, some wait until all are gone; with more, everybody gets theirs. */
const UNITS = { short: [6, 14], enough: [32, 36] } as const;

const STORIES: readonly (readonly Deed[])[] = [
  [deed('pay', 2), deed('too-many', 1)],
  [deed('cancel', 2), deed('pay', 2)],
  [deed('expire', 1), deed('pay', 2)],
  [deed('pay', 1), deed('cancel', 1), deed('pay', 1), deed('too-many', 2)],
  [deed('too-many', 3), deed('double', 2)],
  [deed('double', 1), deed('pay', 1)],
  [deed('expire', 2), deed('cancel', 1), deed('double', 2)],
  [deed('leave', 0), deed('pay', 2), deed('too-many', 2)],
];

export function planSaleRound(
  round: number,
  { store, random, fault: only }: { store: StoreKind; random: Random; fault?: Fault },
): SaleRound {
  const faults = FAULTS[store];
  const fault = only ?? faults[round % faults.length]!;
  const [fewest, most] = random.chance(0.5) ? UNITS.short : UNITS.enough;
  return {
    fault,
    afterMs: random.whole(fault.endsWith('in-line') ? 200 : 50, 1_500),
    // Places are away after three seconds.
    forMs: fault === 'redis-away' ? random.whole(3_200, 3_800) : random.whole(0, 600),
    server: random.whole(0, 1),
    crashAt: `${random.pick(['before-append', 'after-append', 'before-reply'])}:${random.whole(15, 50)}`,
    units: random.whole(fewest, most),
    opensAfterMs: fault.endsWith('in-line') ? 1_800 : random.whole(100, 500),
    buyers: Array.from({ length: BUYERS }, () => ({
      joinsAfterMs: random.chance(0.5) ? random.whole(0, 150) : random.whole(0, 2_000),
      deeds: random.pick(STORIES),
    })),
  };
}

function deed(what: Deed['do'], quantity: number): Deed {
  return { do: what, quantity };
}
