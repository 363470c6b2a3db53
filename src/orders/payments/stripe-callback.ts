// Judges a webhook of Stripe with Stripe's own library, and reads those that speak of a payment of ours.

import type Stripe from 'stripe';
import { CALLBACK_AGE_MAX_MS, type Callback, type CallbackHeaders } from './provider.ts';
import { PAYMENT_KEY, truthOfCharge, truthOfIntent } from './stripe-truth.ts';

export interface StripeWebhook {
  raw: Uint8Array;
  headers: CallbackHeaders;
  secret: string;
  nowMs: number;
}

export function readStripeCallback(stripe: Stripe, webhook: StripeWebhook): Callback | undefined {
  const event = proven(stripe, webhook);
  if (event === undefined) return undefined;
  const object = event.data?.object as Stripe.PaymentIntent | Stripe.Charge | undefined;
  const payment = object?.metadata?.[PAYMENT_KEY];
  if (object === undefined || payment === undefined || payment === '') return undefined;
  const { id } = event;
  if (object.object === 'payment_intent') {
    return { id, payment, reference: object.id, truth: truthOfIntent(object) };
  }
  if (object.object !== 'charge') return undefined;
  const intent = object.payment_intent;
  const reference = typeof intent === 'string' ? intent : intent?.id;
  const truth = truthOfCharge(object);
  return { id, payment, truth, ...(reference === undefined ? {} : { reference }) };
}

function proven(stripe: Stripe, { raw, headers, secret, nowMs }: StripeWebhook) {
  const signature = headers['stripe-signature'];
  if (signature === undefined || raw.length === 0) return undefined;
  // It counts in seconds, and takes no offence at a time to come.
  const toleranceS = CALLBACK_AGE_MAX_MS / 1_000;
  try {
    return stripe.webhooks.constructEvent(
      Buffer.from(raw),
      signature,
      secret,
      toleranceS,
      undefined,
      Math.floor(nowMs),
    );
  } catch {
    return undefined;
  }
}
