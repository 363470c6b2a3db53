// What anybody may know of how much is left: a word, never a number. A number would tell a crowd when to come, and
// a rival what was sold.

export const AVAILABILITY_WORDS = ['available', 'few', 'sold-out'] as const;
export type AvailabilityWord = (typeof AVAILABILITY_WORDS)[number];

/** The last one, or the last tenth of what was set apart. */
const FEW_OF = 10;

export function availabilityWord(available: number, quantity: number): AvailabilityWord {
  if (available <= 0) return 'sold-out';
  return available <= Math.max(1, quantity / FEW_OF) ? 'few' : 'available';
}
