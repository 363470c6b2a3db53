// The closed list of answers other than success, each with a sentence for the person who asked.
// Nothing here knows HTTP. docs/errors.md is kept equal to this table by a test.

import type { JsonObject } from '../engines/contract.ts';

export const REFUSALS = {
  'invalid-request': 'The request is not well formed.',
  'unknown-pool': 'There is no such item.',
  'unknown-reservation': 'There is no such reservation.',
  'unknown-limit': 'There is no such purchase limit.',
  'unknown-lease': 'There is no such lease.',
  'unknown-order': 'There is no such order.',
  'unknown-webhook': 'There is no such webhook.',
  'unknown-delivery': 'There is no such delivery.',
  'unknown-waiter': 'There is no such place in line.',
  'unknown-return': 'There is no such return.',
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
  'belongs-to-order': 'These units belong to an order: ask for it there.',
  'unknown-plan': 'There is no such plan.',
  'stage-paid': 'This stage has been paid.',
  'stage-mismatch': 'Another stage of this order is to be paid now.',
  'order-in-progress': 'You have another order in progress. Pay for it, or cancel it first.',
  'unknown-payment': 'There is no such payment.',
  'unknown-provider': 'There is no such way to pay.',
  'nothing-to-pay': 'There is nothing to be paid for this order.',
  'payment-open': 'A payment of this order is under way.',
  'payment-over': 'This payment is over.',
  'forged-callback': 'This is not from the payment provider.',
  'order-queued': 'This order waits for its turn.',
  'order-decided': 'The turn of this order has come already.',
  'order-refused': 'This order could not be had when its turn came.',
  'order-not-paid': 'This order has not been paid.',
  'order-paid': 'This order has been paid.',
  'order-not-shipped': 'This order has not been shipped.',
  'order-shipped': 'This order is on its way already.',
  'order-delivered': 'This order has been delivered.',
  'order-cancelled': 'This order has been cancelled.',
  'order-expired': 'The time to pay for this order is over.',
  'order-refunded': 'The money for this order has been given back.',
  'return-open': 'A return of this order is under way.',
  'no-return-open': 'No return of this order is under way.',
  'delivery-pending': 'This delivery is on its way already.',
  'delivery-over': 'This delivery is over.',
  'already-waiting': 'You are in line for this item already.',
  'line-full': 'The line for this item is full.',
  'not-offered': 'It is not your turn yet.',
  'offer-taken': 'This offer has been taken.',
  'offer-lapsed': 'The time to take this offer is over.',
  'left-line': 'You have left the line.',
  'return-without-sale': 'This was not sold there, so it cannot be returned.',
  'return-not-received': 'Nothing of this return has come in yet.',
  'return-received': 'Units of this return have come in already.',
  'return-not-inspected': 'Units of this return wait to be inspected.',
  'return-closed': 'This return has been closed.',
  'return-cancelled': 'This return has been cancelled.',
  'quantity-exceeds-received': 'That is more than came in and waits to be inspected.',
  'refund-exceeds-paid': 'That is more than was paid and not yet given back.',
  'unknown-campaign': 'There is no such campaign.',
  'campaign-ended': 'This campaign has ended.',
  'unknown-voucher': 'There is no such voucher.',
  'voucher-used-up': 'This voucher has been used already.',
  'campaign-used-up': 'All vouchers of this campaign have been used.',
  'voucher-limit': 'You have used as many vouchers of this campaign as you may.',
  'voucher-not-valid-yet': 'This voucher is not valid yet.',
  'voucher-expired': 'This voucher is not valid any more.',
  'voucher-not-applicable': 'This voucher is not for this order.',
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
