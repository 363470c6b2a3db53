// What the payment simulator says and hears over HTTP: the bodies of its requests, answers and callbacks.
// Types alone, with nothing from outside, so that whoever speaks to it can take them.

export type CaptureMode = 'automatic' | 'manual';

/** `POST /payments` */
export interface PaymentAsk {
  /** The shop's id of the payment. */
  payment: string;
  order: string;
  amount: number;
  currency: string;
  capture: CaptureMode;
  /** Where signed callbacks go; without one there are none. */
  callbackUrl?: string;
  /** Where the buyer goes from the page. */
  returnUrl?: string;
  description?: string;
}

/** `POST /payments/ID/capture` and `/refund`; the key of the deed is the header `Idempotency-Key`. */
export interface MoneyAsk {
  amount: number;
  currency: string;
}

/** `POST /pay/REFERENCE`, what the buyer does. */
export interface BuyerAsk {
  outcome: 'approve' | 'decline';
  /** A bank transfer brings what the buyer sent, not what was asked for. */
  amount?: number;
  currency?: string;
}

export interface WireTruth {
  currency: string;
  authorised: number;
  captured: number;
  refunded: number;
  voided: boolean;
  failed?: string;
}

/** The answer about a payment. */
export interface PaymentAnswer {
  payment: string;
  order: string;
  reference: string;
  /** What was asked for. */
  amount: number;
  currency: string;
  capture: CaptureMode;
  /** The buyer's page. */
  payUrl: string;
  truth: WireTruth;
}

/** The body of a callback, signed by Standard Webhooks. */
export interface CallbackBody {
  type: 'payment.changed';
  id: string;
  at: string;
  payment: string;
  reference: string;
  truth: WireTruth;
}

export type MovementKind = 'authorise' | 'capture' | 'void' | 'refund';

/** One line of the ledger. Lines are only ever added. */
export interface Movement {
  number: number;
  kind: MovementKind;
  payment: string;
  /** Of a void: what is given back of the authorisation. */
  amount: number;
  currency: string;
  at: string;
}

export type Sums = Record<MovementKind, number>;

/** `GET /ledger` */
export interface LedgerAnswer {
  movements: Movement[];
  /** Over the whole ledger, or the whole of one payment, by currency. */
  sums: Record<string, Sums>;
  /** Where to go on with `?after=`; absent at the end. */
  next?: number;
}

/** `GET /callbacks`: how many there are of each kind. */
export interface CallbacksAnswer {
  waiting: number;
  delivered: number;
  /** By a fault: the simulator takes them for delivered. */
  lost: number;
  /** Nobody took them for as long as they were tried. */
  givenUp: number;
}

/** Why the simulator says no, with a status of 4xx. */
export type Reason =
  | 'malformed'
  | 'unknown-address'
  | 'unknown-payment'
  | 'payment-differs'
  | 'key-needed'
  | 'key-reused'
  | 'other-currency'
  | 'not-authorised'
  | 'exceeds-authorised'
  | 'exceeds-captured'
  | 'already-captured'
  | 'payment-voided'
  | 'already-paid';

export interface ErrorAnswer {
  error: Reason;
  message: string;
}
