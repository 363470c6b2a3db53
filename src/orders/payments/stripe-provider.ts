// Stripe behind the seam: a payment is a PaymentIntent that carries our id in its metadata. The library
// never tries again by itself, since whoever asked has the key to do so.

import type Stripe from 'stripe';
import type { StripeOptions } from './open-stripe.ts';
import {
  type Callback,
  type CallbackHeaders,
  type CreatedPayment,
  type CreatePayment,
  type MoneyDeed,
  type PaymentDeed,
  type PaymentProvider,
  type PaymentTruth,
  ProviderError,
  TIMEOUT_DEFAULT_MS,
} from './provider.ts';
import { readStripeCallback } from './stripe-callback.ts';
import { asProviderError, isMissing } from './stripe-failure.ts';
import { PAYMENT_KEY, truthOfIntent } from './stripe-truth.ts';

/** What was refunded stands in the charge. */
const WITH_CHARGE = { expand: ['latest_charge'] };

export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly #stripe: Stripe;
  readonly #webhookSecret: string;

  constructor(Library: typeof Stripe, options: StripeOptions) {
    const { apiKey, webhookSecret, timeoutMs = TIMEOUT_DEFAULT_MS, url } = options;
    this.#webhookSecret = webhookSecret;
    this.#stripe = new Library(apiKey, {
      timeout: timeoutMs,
      maxNetworkRetries: 0,
      telemetry: false,
      ...(url === undefined ? {} : elsewhere(url)),
    });
  }

  /** Stripe keeps keys for a day at least; a payment that is older must be looked for, not made again. */
  async create(ask: CreatePayment): Promise<CreatedPayment> {
    const { payment, order, amount, capture, description } = ask;
    const params: Stripe.PaymentIntentCreateParams = {
      amount: amount.amount,
      currency: amount.currency.toLowerCase(),
      capture_method: capture,
      automatic_payment_methods: { enabled: true },
      metadata: { [PAYMENT_KEY]: payment, order },
      ...(description === undefined ? {} : { description }),
    };
    const key = { idempotencyKey: `create-${payment}` };
    const intent = await told(this.#stripe.paymentIntents.create(params, key));
    const { id: reference, client_secret: secret } = intent;
    const action = secret === null ? { kind: 'none' as const } : { kind, secret };
    return { reference, action, truth: truthOfIntent(intent) };
  }

  /** Without a reference it searches, and a search knows of a new payment after a minute or so. */
  async query(asked: { payment: string; reference?: string }): Promise<PaymentTruth | undefined> {
    const reference = asked.reference ?? (await this.#search(asked.payment));
    return reference === undefined ? undefined : this.#truth(reference);
  }

  async capture({ reference, amount, key }: MoneyDeed): Promise<PaymentTruth> {
    const params = { amount_to_capture: amount.amount, ...WITH_CHARGE };
    const options = { idempotencyKey: key };
    return truthOfIntent(
      await told(this.#stripe.paymentIntents.capture(reference, params, options)),
    );
  }

  async void({ reference, key }: PaymentDeed): Promise<PaymentTruth> {
    const options = { idempotencyKey: key };
    const call = this.#stripe.paymentIntents.cancel(reference, WITH_CHARGE, options);
    return truthOfIntent(await told(call));
  }

  async refund({ reference, amount, key }: MoneyDeed): Promise<PaymentTruth> {
    const params = { payment_intent: reference, amount: amount.amount };
    await told(this.#stripe.refunds.create(params, { idempotencyKey: key }));
    const truth = await this.#truth(reference).catch((cause) => {
      // The money is on its way, and only what stands now is not known: the same key finds out.
      throw new ProviderError('unknown-outcome', 'refunded-but-unseen', { cause });
    });
    if (truth !== undefined) return truth;
    throw new ProviderError('unknown-outcome', 'refunded-but-unseen');
  }

  verifyCallback(raw: Uint8Array, headers: CallbackHeaders, nowMs: number): Callback | undefined {
    const webhook = { raw, headers, nowMs, secret: this.#webhookSecret };
    return readStripeCallback(this.#stripe, webhook);
  }

  async #truth(reference: string): Promise<PaymentTruth | undefined> {
    try {
      return truthOfIntent(await this.#stripe.paymentIntents.retrieve(reference, WITH_CHARGE));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw asProviderError(error);
    }
  }

  async #search(payment: string): Promise<string | undefined> {
    const quoted = payment.replace(/[\\']/g, '\\$&');
    const query = `metadata['${PAYMENT_KEY}']:'${quoted}'`;
    const { data } = await told(this.#stripe.paymentIntents.search({ query }));
    return data.find(({ metadata }) => metadata[PAYMENT_KEY] === payment)?.id;
  }
}

const kind = 'client-secret' as const;

async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asProviderError(error);
  }
}

function elsewhere(url: string) {
  const { protocol, hostname, port } = new URL(url);
  const isPlain = protocol === 'http:';
  return {
    protocol: isPlain ? ('http' as const) : ('https' as const),
    host: hostname,
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
  };
}
