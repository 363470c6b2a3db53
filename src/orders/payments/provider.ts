// The seam between orders and whoever moves money: what a payment provider must do, how its knowledge of
// a payment is said, and the three ways in which a call can fail. Knows no provider. No caller may hold a
// lock or an open transaction across a call: each is a question to another machine.

import type { PaymentTruth } from './payment-truth.ts';

export { mergeTruth, type PaymentTruth } from './payment-truth.ts';

/** @example const fee: Money = { amount: 1_250, currency: 'EUR' }; // 12.50 EUR */
export interface Money {
  /** Whole minor units, >= 0. */
  amount: number;
  /** ISO 4217, upper case. */
  currency: string;
}

/** How long a provider may take to answer, if nobody says otherwise. */
export const TIMEOUT_DEFAULT_MS = 10_000;

/** How old a signed callback may be, and how far in the future by the sender's clock. */
export const CALLBACK_AGE_MAX_MS = 5 * 60_000;

export interface CreatePayment {
  /** Our id of the payment: the provider knows it by this. */
  payment: string;
  order: string;
  amount: Money;
  /** `manual`: the money is only authorised until `capture`. */
  capture: 'automatic' | 'manual';
  /** Where the buyer's browser goes when he is done. */
  returnUrl?: string;
  /** For the buyer's statement. */
  description?: string;
}

/** What the buyer must do next. */
export type BuyerAction =
  | { kind: 'redirect'; url: string }
  /** For the provider's own code in the buyer's browser. */
  | { kind: 'client-secret'; secret: string }
  | { kind: 'none' };

export interface CreatedPayment {
  /** The provider's own id of the payment. */
  reference: string;
  action: BuyerAction;
  truth: PaymentTruth;
}

/** Which payment, at the provider, and the deed's own key: the same key again is the same deed. */
export interface PaymentDeed {
  payment: string;
  reference: string;
  key: string;
}

export interface MoneyDeed extends PaymentDeed {
  amount: Money;
}

/** What an authentic callback says. The same `id` may come any number of times, in any order. */
export interface Callback {
  id: string;
  payment: string;
  reference?: string;
  truth: PaymentTruth;
}

/** Lower-case names, as Node.js hands them over. */
export type CallbackHeaders = Readonly<Record<string, string | undefined>>;

/**
 * A payment provider. Every method but `verifyCallback` throws ProviderError alone, and ends by itself
 * after the provider's time-out.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Repeating with the same payment id finds the first. */
  create(ask: CreatePayment): Promise<CreatedPayment>;
  /** Undefined: the provider has never heard of it. */
  query(payment: { payment: string; reference?: string }): Promise<PaymentTruth | undefined>;
  capture(ask: MoneyDeed): Promise<PaymentTruth>;
  /** Gives back what is authorised, or ends a payment that the buyer has not made. */
  void(ask: PaymentDeed): Promise<PaymentTruth>;
  refund(ask: MoneyDeed): Promise<PaymentTruth>;
  /**
   * A callback's meaning, or undefined when it is not the provider's (forged, altered, too old) or says
   * nothing of a payment of ours. Reads the raw bytes, as they came.
   */
  verifyCallback(raw: Uint8Array, headers: CallbackHeaders, nowMs: number): Callback | undefined;
}

/**
 * `unreachable`: nothing was done. `unknown-outcome`: it may have been done. Both are tried again with
 * the same key. `refused` is final.
 */
export type ProviderFailure = 'unreachable' | 'refused' | 'unknown-outcome';

export class ProviderError extends Error {
  readonly kind: ProviderFailure;
  /** The provider's own word for why, such as `exceeds-authorised`. */
  readonly reason: string;

  constructor(
    kind: ProviderFailure,
    reason: string,
    options: { message?: string; cause?: unknown } = {},
  ) {
    const { message, cause } = options;
    super(message ?? `the payment provider: ${kind}, ${reason}`, { cause });
    this.name = 'ProviderError';
    this.kind = kind;
    this.reason = reason;
  }
}
