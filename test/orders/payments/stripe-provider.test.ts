// Stripe behind the seam, against a real stripe-mock: each call is one that Stripe's API takes, with the
// key and the metadata that it must have. The mock keeps nothing, so that sequences are not tried here.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Stripe from 'stripe';
import { openStripe } from '../../../src/orders/payments/open-stripe.ts';
import type { PaymentProvider } from '../../../src/orders/payments/provider.ts';
import { StripeProvider } from '../../../src/orders/payments/stripe-provider.ts';
import { provideStripeMock, stripeMockMissing } from '../../support/stripe-mock.ts';
import { anyProvider, type SignedNews } from './conformance.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const KEYS = { apiKey: 'sk_test_123', webhookSecret: 'whsec_tea' };
const EUR = { amount: 900, currency: 'EUR' };
const DEED = { payment: 'p1', reference: 'pi_1', key: 'k1' };

/** One that Stripe's library signs, about an intent with this metadata. */
function news(payment: string): SignedNews {
  const intent = {
    id: 'pi_1',
    object: 'payment_intent',
    status: 'succeeded',
    amount: 900,
    amount_received: 900,
    amount_capturable: 0,
    currency: 'eur',
    latest_charge: 'ch_1',
    metadata: { payment },
  };
  const event = { id: 'evt_1', object: 'event', type: 'payment_intent.succeeded' };
  return signed({ ...event, data: { object: intent } });
}

function signed(event: object): SignedNews {
  const payload = JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1_000);
  const secret = KEYS.webhookSecret;
  const header = new Stripe('sk_test_123').webhooks.generateTestHeaderString({
    payload,
    secret,
    timestamp,
  });
  const headers = { 'stripe-signature': header };
  return { raw: Buffer.from(payload), headers, atMs: timestamp * 1_000 };
}

describe('stripe', () => {
  const provider = new StripeProvider(Stripe, KEYS);
  anyProvider(() => ({
    provider,
    at: (url, timeoutMs) => new StripeProvider(Stripe, { ...KEYS, url, timeoutMs }),
    news,
  }));

  test('a webhook of a charge tells what came back', () => {
    const charge = {
      id: 'ch_1',
      object: 'charge',
      status: 'succeeded',
      amount: 900,
      amount_captured: 900,
      amount_refunded: 250,
      currency: 'eur',
      payment_intent: 'pi_1',
      metadata: { payment: 'p1' },
    };
    const event = { id: 'evt_2', object: 'event', type: 'charge.refunded' };
    const { raw, headers, atMs } = signed({ ...event, data: { object: charge } });
    assert.deepEqual(provider.verifyCallback(raw, headers, atMs), {
      id: 'evt_2',
      payment: 'p1',
      reference: 'pi_1',
      truth: { currency: 'EUR', authorised: 900, captured: 900, refunded: 250, voided: false },
    });
  });

  test('a webhook of something else says nothing', () => {
    const others = [
      { object: 'customer', metadata: { payment: 'p1' } },
      { object: 'payment_intent', metadata: {} },
      undefined,
    ];
    for (const object of others) {
      const event = { id: 'evt_3', object: 'event', type: 'any', data: { object } };
      const { raw, headers, atMs } = signed(event);
      assert.equal(provider.verifyCallback(raw, headers, atMs), undefined);
    }
  });
});

describe('stripe at stripe-mock', { skip: stripeMockMissing() ?? false }, () => {
  let proxy: RecordingProxy;
  let provider: PaymentProvider;
  before(async () => {
    proxy = await startRecordingProxy(await provideStripeMock());
    provider = await openStripe({ ...KEYS, url: proxy.url });
  });
  after(() => proxy?.close());

  /** What was asked since the last time: path, key and form. */
  function asked() {
    return proxy.recorded.splice(0).map(({ method, path, headers, form }) => {
      const key = headers['idempotency-key'];
      return { call: `${method} ${path}`, key, form };
    });
  }

  for (const capture of ['manual', 'automatic'] as const) {
    test(`create, ${capture}`, async () => {
      const ask = { payment: 'p1', order: 'o1', amount: EUR, capture, description: 'Tea' };
      const { reference, action, truth } = await provider.create(ask);
      assert.match(reference, /^pi_/);
      assert.equal(action.kind, 'client-secret');
      assert.deepEqual([truth.currency, truth.authorised, truth.captured], ['EUR', 0, 0]);
      const form = {
        amount: '900',
        currency: 'eur',
        capture_method: capture,
        'automatic_payment_methods[enabled]': 'true',
        'metadata[payment]': 'p1',
        'metadata[order]': 'o1',
        description: 'Tea',
      };
      assert.deepEqual(asked(), [{ call: 'POST /v1/payment_intents', key: 'create-p1', form }]);
    });
  }

  test('query by reference asks for the charge, too', async () => {
    const truth = await provider.query({ payment: 'p1', reference: 'pi_1' });
    assert.match(truth?.currency ?? '', /^[A-Z]{3}$/);
    const [only] = asked();
    assert.match(
      only!.call,
      /^GET \/v1\/payment_intents\/pi_1\?expand(%5B0%5D|\[0\])=latest_charge$/,
    );
  });

  test('query by our id searches, and believes only what carries it', async () => {
    // The mock finds the same payment of nobody, whatever one looks for.
    assert.equal(await provider.query({ payment: "it's" }), undefined);
    const [only] = asked();
    const { searchParams } = new URL(only!.call.slice('GET '.length), 'http://mock');
    assert.equal(searchParams.get('query'), "metadata['payment']:'it\\'s'");
  });

  test('capture', async () => {
    await provider.capture({ ...DEED, amount: EUR });
    const form = { amount_to_capture: '900', 'expand[0]': 'latest_charge' };
    const call = 'POST /v1/payment_intents/pi_1/capture';
    assert.deepEqual(asked(), [{ call, key: 'k1', form }]);
  });

  test('void', async () => {
    await provider.void(DEED);
    const form = { 'expand[0]': 'latest_charge' };
    const call = 'POST /v1/payment_intents/pi_1/cancel';
    assert.deepEqual(asked(), [{ call, key: 'k1', form }]);
  });

  test('refund, then a look at what stands', async () => {
    const truth = await provider.refund({ ...DEED, amount: EUR });
    assert.ok(Number.isSafeInteger(truth.refunded));
    const [refund, look] = asked();
    const form = { payment_intent: 'pi_1', amount: '900' };
    assert.deepEqual(refund, { call: 'POST /v1/refunds', key: 'k1', form });
    assert.match(look!.call, /^GET \/v1\/payment_intents\/pi_1\?/);
  });

  test('what Stripe does not take is refused', async () => {
    const wrong = { payment: 'p', order: 'o', amount: { amount: 0.5, currency: 'EUR' } };
    await assert.rejects(provider.create({ ...wrong, capture: 'manual' }), { kind: 'refused' });
  });

  test('a wrong key decides nothing', async () => {
    const keyless = await openStripe({ ...KEYS, apiKey: 'none', url: proxy.url });
    await assert.rejects(keyless.void(DEED), { kind: 'unreachable' });
  });
});
