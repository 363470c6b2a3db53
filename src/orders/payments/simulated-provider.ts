// The payment provider that ships with the product, `holdfast payment-simulator`, behind the seam: each
// call is one request over HTTP. Keeps nothing but its address and its secret.

import type { PaymentAnswer, PaymentAsk, Reason } from '../../payment-simulator/wire.ts';
import { type Exchange, exchange } from './http-exchange.ts';
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
import { isObject, readTruth } from './read-truth.ts';
import { readSimulatedCallback } from './simulated-callback.ts';

export interface SimulatedProviderOptions {
  /** Of the simulator: `http://127.0.0.1:8090`. */
  url: string;
  /** What callbacks are signed with, as the simulator's `--secret`. */
  secret: string;
  /** Where it shall send them; without one it sends none. */
  callbackUrl?: string;
  /** Default 10,000. */
  timeoutMs?: number;
}

/**
 * @example
 * const provider = new SimulatedProvider({ url: 'http://127.0.0.1:8090', secret: 'whsec_...' });
 * const { action } = await provider.create({
 *   payment: 'p1', order: 'o1', amount: { amount: 900, currency: 'EUR' }, capture: 'automatic',
 * });
 */
export class SimulatedProvider implements PaymentProvider {
  readonly name = 'simulated';
  readonly #options: SimulatedProviderOptions;

  constructor(options: SimulatedProviderOptions) {
    this.#options = options;
  }

  async create(ask: CreatePayment): Promise<CreatedPayment> {
    const { amount: money, ...rest } = ask;
    const { callbackUrl } = this.#options;
    const body: PaymentAsk = { ...rest, ...money, ...(callbackUrl ? { callbackUrl } : {}) };
    const answer = answerOf(await this.#send('POST', '/payments', { body }));
    const { reference, payUrl, truth } = answer;
    return { reference, truth, action: { kind: 'redirect', url: payUrl } };
  }

  async query({ payment }: { payment: string }): Promise<PaymentTruth | undefined> {
    try {
      return answerOf(await this.#send('GET', pathOf(payment))).truth;
    } catch (error) {
      if (error instanceof ProviderError && error.reason === UNKNOWN) return undefined;
      throw error;
    }
  }

  capture({ payment, amount, key }: MoneyDeed): Promise<PaymentTruth> {
    return this.#deed(`${pathOf(payment)}/capture`, key, amount);
  }

  void({ payment, key }: PaymentDeed): Promise<PaymentTruth> {
    return this.#deed(`${pathOf(payment)}/void`, key, {});
  }

  refund({ payment, amount, key }: MoneyDeed): Promise<PaymentTruth> {
    return this.#deed(`${pathOf(payment)}/refund`, key, amount);
  }

  verifyCallback(raw: Uint8Array, headers: CallbackHeaders, nowMs: number): Callback | undefined {
    return readSimulatedCallback({ raw, headers, nowMs, secret: this.#options.secret });
  }

  async #deed(path: string, key: string, body: object): Promise<PaymentTruth> {
    const headers = { 'Idempotency-Key': key };
    return answerOf(await this.#send('POST', path, { body, headers })).truth;
  }

  #send(
    method: Exchange['method'],
    path: string,
    rest: Pick<Exchange, 'body' | 'headers'> = {},
  ): Promise<unknown> {
    const { url, timeoutMs = TIMEOUT_DEFAULT_MS } = this.#options;
    return exchange({ method, url: `${url.replace(/\/$/, '')}${path}`, timeoutMs, ...rest });
  }
}

const UNKNOWN: Reason = 'unknown-payment';

function pathOf(payment: string): string {
  return `/payments/${encodeURIComponent(payment)}`;
}

/** @throws ProviderError `unknown-outcome` when it is not an answer of the simulator */
function answerOf(
  value: unknown,
): Pick<PaymentAnswer, 'reference' | 'payUrl'> & { truth: PaymentTruth } {
  if (isObject(value)) {
    const { reference, payUrl } = value;
    const truth = readTruth(value.truth);
    if (truth !== undefined && typeof reference === 'string' && typeof payUrl === 'string') {
      return { reference, payUrl, truth };
    }
  }
  throw new ProviderError('unknown-outcome', 'not-its-answer');
}
