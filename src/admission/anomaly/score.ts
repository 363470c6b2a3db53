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
export const NOTHING_ODD: Score = { score: 0, reasons: [] };

function isLikeAnybody(kind: SubjectKind, { attempts, refusals, others }: Counts): boolean {
  return attempts <= ATTEMPTS.free && refusals <= REFUSALS.free && others <= OTHERS[kind].free;
}

export function scoreOf(kind: SubjectKind, counts: Counts): Score {
  if (isLikeAnybody(kind, counts)) return NOTHING_ODD;
  const { attempts, refusals, others } = counts;
  const found: (Reason & { points: number })[] = [];
  const weigh = ({ reason, free, each, max }: Weight, count: number) => {
    const points = Math.min(max, (count - free) * each);
    if (points > 0) found.push({ reason, count: Math.round(count), points });
  };
  weigh(OTHERS[kind], others);
  weigh(ATTEMPTS, attempts);
  weigh(REFUSALS, refusals);
  found.sort((one, other) => other.points - one.points);
  const sum = found.reduce((all, { points }) => all + points, 0);
  return {
    score: Math.min(SCORE_MAX, Math.round(sum)),
    reasons: found.map(({ reason, count }) => ({ reason, count })),
  };
}
