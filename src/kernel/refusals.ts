// The closed list of answers other than success, each with a sentence for the person who asked.
// Nothing here knows HTTP. docs/errors.md is kept equal to this table by a test.

import type { JsonObject } from '../engines/contract.ts';

export const REFUSALS = {
  'invalid-request': 'The request is not well formed.',
  'unknown-pool': 'There is no such item.',
  'unknown-reservation': 'There is no such reservation.',
  'unknown-limit': 'There is no such purchase limit.',
  'unknown-lease': 'There is no such lease.',
  'insufficient-stock': 'Not enough of this item is left.',
  'limit-exceeded': 'You have reached the limit for this item.',
  'buyer-required': 'This item has a limit per buyer: say who is buying.',
  'pool-closed': 'This item is not on sale now.',
  'product-mismatch': 'Units cannot become another product.',
  'already-confirmed': 'This reservation has been confirmed.',
  'already-cancelled': 'This reservation has been cancelled.',
  'already-expired': 'The time to confirm this reservation is over.',
  'confirm-in-progress': 'This reservation is being confirmed.',
  'not-confirmed': 'This reservation has not been confirmed.',
  'not-due': 'The time of this reservation is not over.',
  'extension-cap': 'This reservation cannot be kept any longer.',
  'quantity-exceeds-held': 'That is more than the reservation holds.',
  'quantity-exceeds-sold': 'That is more than was sold and not yet returned.',
  'quantity-exceeds-lease': 'That is more than the lease has left.',
  'lease-ended': 'This lease has ended; its units may be on sale elsewhere.',
  'only-at-centre': 'This can be done at the stock centre only.',
  'balance-range': 'The quantity would leave the range of whole numbers that can be kept.',
  'key-reused': 'This idempotency key was used for another command.',
  'stale-version': 'The item has changed since you looked at it.',
  'request-in-flight': 'The same command is still being worked on.',
  contended: 'Too many are changing this at the same moment. Please try again.',
  overloaded: 'The service has more to do than it can. Please try again.',
  unavailable: 'The service is not available now. Please try again.',
  'disk-full': 'The service cannot store anything now.',
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** A "no", as a value. `details` says what did not hold, in numbers and names. */
export interface Refused {
  ok: false;
  code: RefusalCode;
  details: JsonObject;
}

export function refuse(code: RefusalCode, details: JsonObject = {}): Refused {
  return { ok: false, code, details };
}
