// What was seen of somebody in the last minute, as a number from 0 (like anybody) to 100, and why. Pure arithmetic.
// A household has a few accounts, a person a few addresses: what goes beyond that counts.

export type SubjectKind = 'address' | 'account' | 'device';

/** What was seen within the last minute. */
export interface Counts {
  attempts: number;
  /** Those that a limit, a rate, the deny list, a challenge or a pass turned away. Nothing left is no refusal. */
  refusals: number;
  /** Different accounts of an address or a device; different addresses of an account. */
  others: number;
}

export type ReasonName =
  | 'accounts-per-address'
  | 'addresses-per-account'
  | 'accounts-per-device'
  | 'attempts'
  | 'refusals';

export interface Reason {
  reason: ReasonName;
  count: number;
}

export interface Score {
  score: number;
  /** The weightiest first. */
  reasons: Reason[];
}

interface Weight {
  reason: ReasonName;
  /** So many are like anybody. */
  free: number;
  /** What each further one counts. */
  each: number;
  max: number;
}

const OTHERS: Record<SubjectKind, Weight> = {
  address: { reason: 'accounts-per-address', free: 3, each: 4, max: 60 },
  account: { reason: 'addresses-per-account', free: 2, each: 8, max: 60 },
  device: { reason: 'accounts-per-device', free: 1, each: 8, max: 60 },
};
const ATTEMPTS: Weight = { reason: 'attempts', free: 20, each: 0.5, max: 40 };
const REFUSALS: Weight = { reason: 'refusals', free: 5, each: 2, max: 40 };

/** More different ones than this score no higher, so no more are told apart. */
export const OTHERS_MAX = 32;
const SCORE_MAX = 100;

/** From 0 to 100. Without the reasons: those are asked for of few, and making them took half of an attempt's watch. */
export function pointsOf(kind: SubjectKind, { attempts, refusals, others }: Counts): number {
  const sum =
    weighed(OTHERS[kind], others) + weighed(ATTEMPTS, attempts) + weighed(REFUSALS, refusals);
  return Math.min(SCORE_MAX, Math.round(sum));
}

/** The weightiest first. */
export function reasonsOf(kind: SubjectKind, { attempts, refusals, others }: Counts): Reason[] {
  const found: (Reason & { points: number })[] = [];
  const weigh = (weight: Weight, count: number) => {
    const points = weighed(weight, count);
    if (points > 0) found.push({ reason: weight.reason, count: Math.round(count), points });
  };
  weigh(OTHERS[kind], others);
  weigh(ATTEMPTS, attempts);
  weigh(REFUSALS, refusals);
  found.sort((one, other) => other.points - one.points);
  return found.map(({ reason, count }) => ({ reason, count }));
}

function weighed({ free, each, max }: Weight, count: number): number {
  return count <= free ? 0 : Math.min(max, (count - free) * each);
}
