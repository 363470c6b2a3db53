// Differences from the naive shop that are known faults, each with its reason. A line goes when its
// fault does.

interface Known {
  /** What the naive shop says, and what is said instead. */
  said: string;
  answered: readonly string[];
  reason: string;
}

const KNOWN: readonly Known[] = [
  {
    said: 'already-expired',
    answered: [
      'not-confirmed',
      'extension-cap',
      'quantity-exceeds-held',
      'limit-exceeded',
      'buyer-required',
      'invalid-request',
    ],
    reason: 'a plan that is refused does not look at the deadline first (kernel/plan.ts)',
  },
];

export function isKnown(said: string, answered: string): boolean {
  return KNOWN.some((each) => each.said === said && each.answered.includes(answered));
}

/**
 * Sequences with such a limit are tidied up before every command: an expired reservation counts under
 * a window until it is swept, because only its allowance, which ends later, stands on the buyer's
 * account (kernel/allowance.ts).
 */
export const TIDY_WITH = 'window';

/**
 * Ceilings are only raised: where one was lowered below what is counted already, a line that would do
 * with none is refused instead of being granted none (kernel/apply.ts).
 */
export const RAISE_ONLY = true;
