// What Stripe's objects say of a payment, as the truth of the seam. Pure. Needs API version 2025-03-31 or
// newer: before it, giving back an authorisation counted as a refund
// (https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow).

import type Stripe from 'stripe';
import type { PaymentTruth } from './payment-truth.ts';

/** Under this name our id of the payment stands in the metadata, of intents and of their charges. */
export const PAYMENT_KEY = 'payment';

/** Where the money has been authorised. */
const AUTHORISED: ReadonlySet<Stripe.PaymentIntent.Status> = new Set([
  'requires_capture',
  'succeeded',
]);

/** With `latest_charge` expanded it knows of refunds; without, less, which the merge makes good. */
export function truthOfIntent(intent: Stripe.PaymentIntent): PaymentTruth {
  const { status, amount_received: captured, amount_capturable: capturable } = intent;
  const charge = chargeOf(intent);
  const isAuthorised = AUTHORISED.has(status) || (status === 'canceled' && charge !== undefined);
  const authorised = isAuthorised ? Math.max(capturable + captured, charge?.amount ?? 0) : 0;
  const failed = authorised > 0 ? undefined : failureOf(intent);
  return {
    currency: intent.currency.toUpperCase(),
    authorised,
    captured,
    refunded: Math.min(charge?.amount_refunded ?? 0, captured),
    voided: status === 'canceled',
    ...(failed === undefined ? {} : { failed }),
  };
}

export function truthOfCharge(charge: Stripe.Charge): PaymentTruth {
  const { currency, amount, amount_captured: captured, amount_refunded: refunded } = charge;
  return {
    currency: currency.toUpperCase(),
    authorised: charge.status === 'succeeded' ? amount : 0,
    captured,
    refunded: Math.min(refunded, captured),
    voided: false,
  };
}

/** One that brought money. */
function chargeOf({ latest_charge: charge }: Stripe.PaymentIntent): Stripe.Charge | undefined {
  return typeof charge === 'object' && charge?.status === 'succeeded' ? charge : undefined;
}

function failureOf(intent: Stripe.PaymentIntent): string | undefined {
  const { status, cancellation_reason: reason, last_payment_error: error } = intent;
  if (status === 'canceled') return reason ?? undefined;
  if (status !== 'requires_payment_method' || error === null) return undefined;
  return error.decline_code ?? error.code ?? 'declined';
}
