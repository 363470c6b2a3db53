// What Stripe's objects say, as truth: one case for each state in which an intent can be, and for each
// failure of the library.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Stripe from 'stripe';
import type { ProviderError, ProviderFailure } from '../../../src/orders/payments/provider.ts';
import { asProviderError } from '../../../src/orders/payments/stripe-failure.ts';
import { truthOfIntent } from '../../../src/orders/payments/stripe-truth.ts';

const NONE = { currency: 'EUR', authorised: 0, captured: 0, refunded: 0, voided: false };
const CHARGE = { object: 'charge', status: 'succeeded', amount: 900, amount_refunded: 0 };
const INTENT = {
  currency: 'eur',
  status: 'requires_payment_method',
  amount: 900,
  amount_received: 0,
  amount_capturable: 0,
  latest_charge: null,
  last_payment_error: null,
  cancellation_reason: null,
};

describe('an intent', () => {
  const cases: [name: string, intent: object, truth: object][] = [
    ['is new', {}, {}],
    ['waits for the bank', { status: 'processing' }, {}],
    [
      'was declined',
      { last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' } },
      { failed: 'insufficient_funds' },
    ],
    [
      'is authorised',
      { status: 'requires_capture', amount_capturable: 900, latest_charge: 'ch_1' },
      { authorised: 900 },
    ],
    [
      'is captured in part',
      { status: 'succeeded', amount_received: 600, latest_charge: CHARGE },
      { authorised: 900, captured: 600 },
    ],
    [
      'is captured, and part came back',
      {
        status: 'succeeded',
        amount_received: 900,
        latest_charge: { ...CHARGE, amount_refunded: 250 },
      },
      { authorised: 900, captured: 900, refunded: 250 },
    ],
    [
      'was given back',
      { status: 'canceled', latest_charge: CHARGE, cancellation_reason: 'requested_by_customer' },
      { authorised: 900, voided: true },
    ],
    [
      'was left alone',
      { status: 'canceled', cancellation_reason: 'abandoned' },
      { voided: true, failed: 'abandoned' },
    ],
    [
      'was declined at the first card, and a charge that failed is left',
      { latest_charge: { ...CHARGE, status: 'failed' }, last_payment_error: {} },
      { failed: 'declined' },
    ],
  ];
  for (const [name, intent, truth] of cases) {
    test(name, () => {
      const object = { ...INTENT, ...intent } as unknown as Stripe.PaymentIntent;
      assert.deepEqual(truthOfIntent(object), { ...NONE, ...truth });
    });
  }
});

describe('a failure', () => {
  const { errors } = Stripe;
  const at = (statusCode: number, code?: string) =>
    ({ statusCode, type: 'api_error', message: 'no', ...(code ? { code } : {}) }) as never;
  const cases: [error: Error, kind: ProviderFailure, reason: string][] = [
    [new errors.StripeAPIError(at(500)), 'unknown-outcome', 'http-500'],
    [
      new errors.StripeInvalidRequestError(at(400, 'amount_too_large')),
      'refused',
      'amount_too_large',
    ],
    [new errors.StripeCardError(at(402, 'card_declined')), 'refused', 'card_declined'],
    [new errors.StripeIdempotencyError(at(400)), 'refused', 'http-400'],
    [new errors.StripeIdempotencyError(at(409)), 'unknown-outcome', 'http-409'],
    [new errors.StripeRateLimitError(at(429, 'rate_limit')), 'unreachable', 'rate_limit'],
    [new errors.StripeAuthenticationError(at(401)), 'unreachable', 'http-401'],
    [new errors.StripePermissionError(at(403)), 'unreachable', 'http-403'],
  ];
  for (const [error, kind, reason] of cases) {
    test(`${(error as { type?: string }).type} ${reason} is ${kind}`, () => {
      const told = asProviderError(error) as ProviderError;
      assert.deepEqual([told.kind, told.reason], [kind, reason]);
    });
  }

  test('what is no failure of Stripe stays what it is', () => {
    const defect = new TypeError('x');
    assert.equal(asProviderError(defect), defect);
  });
});
