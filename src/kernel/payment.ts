// A payment as it is kept and as it is shown, the states that it has, and what remains to be done about
// it at its provider. What the provider knows is its truth; what we want to keep of the money is `keep`;
// the rest follows from the two.

import type { Document, DocumentId, DocumentWrite } from '../engines/contract.ts';
import type { Money } from './money.ts';
import type { PaymentTruth } from './payment-truth.ts';
import type { StagesDue } from './preorder.ts';
import { asJson } from './reservation.ts';

/**
 * STARTING: meant, the provider may not know of it yet. OPEN: the buyer acts. SECURED: its order counts
 * on the money. VOIDING: no money is wanted any more, and none is known. RELEASING: money goes back.
 * SETTLED: what is with us is what we keep. FAILED: it ended without money.
 */
export type PaymentState =
  | 'STARTING'
  | 'OPEN'
  | 'SECURED'
  | 'VOIDING'
  | 'RELEASING'
  | 'SETTLED'
  | 'FAILED';

/** The states that may follow each; money may come for what had failed, and go back after it was settled. */
export const PAYMENT_NEXT: Record<PaymentState, readonly PaymentState[]> = {
  STARTING: ['STARTING', 'OPEN', 'SECURED', 'VOIDING', 'RELEASING', 'SETTLED', 'FAILED'],
  OPEN: ['OPEN', 'SECURED', 'VOIDING', 'RELEASING', 'SETTLED', 'FAILED'],
  SECURED: ['SECURED', 'RELEASING', 'SETTLED', 'FAILED'],
  VOIDING: ['VOIDING', 'SECURED', 'RELEASING', 'SETTLED', 'FAILED'],
  RELEASING: ['RELEASING', 'SETTLED', 'FAILED'],
  SETTLED: ['SETTLED', 'RELEASING'],
  FAILED: ['FAILED', 'SECURED', 'RELEASING', 'SETTLED'],
};

export const PAYMENT_FINAL: ReadonlySet<string> = new Set<PaymentState>(['SETTLED', 'FAILED']);

/** What the buyer must do next. */
export type PaymentAction =
  | { kind: 'redirect'; url: string }
  | { kind: 'client-secret'; secret: string }
  | { kind: 'none' };

export interface PaymentData {
  order: DocumentId;
  provider: string;
  /** What the order asks for: nothing else is accepted. */
  due: Money;
  capture: 'automatic' | 'manual';
  /** Of a pre-order: the stages that it is for. */
  stages?: StagesDue;
  /** How much of it is to stay with us, in the end. */
  keep: number;
  truth: PaymentTruth;
  /** The provider's own id of it. */
  reference?: string;
  action?: PaymentAction;
  returnUrl?: string;
  /** Why its money is not wanted, or what the provider last refused. */
  reason?: string;
  /** How often it was taken to be worked on (see turns.ts). */
  turns?: number;
}

export function paymentData(document: Document): PaymentData {
  return document.data as unknown as PaymentData;
}

/** What is with us of the buyer's money. */
export function heldOf({ captured, refunded }: PaymentTruth): number {
  return captured - refunded;
}

/** What the provider must be asked next. */
export type PaymentDeed = 'create' | 'query' | 'capture' | 'void' | 'refund' | 'nothing';

export function nextDeed({ state, data }: { state: PaymentState; data: PaymentData }): PaymentDeed {
  const { truth, keep, due, reference } = data;
  if (PAYMENT_FINAL.has(state)) return 'nothing';
  // Also to end it: an asking of ours that is still on its way must find it ended, not make it.
  if (reference === undefined) return 'create';
  if (heldOf(truth) > keep) return 'refund';
  if (truth.captured < due.amount && wantsCapture(state, data)) return 'capture';
  if (state === 'VOIDING' || (state === 'RELEASING' && !isReleased(data))) return 'void';
  return 'query';
}

/** What is secured, and what is to stay with us though the rest of it goes back. */
function wantsCapture(state: PaymentState, { truth, keep, due }: PaymentData): boolean {
  if (state === 'SECURED') return true;
  return state === 'RELEASING' && keep > 0 && !truth.voided && truth.authorised === due.amount;
}

/** Whether nothing of the money is where it should not be. */
export function isReleased({ truth, keep }: PaymentData): boolean {
  if (heldOf(truth) > keep) return false;
  // What is authorised and not captured is still taken from the buyer.
  return truth.voided || truth.failed !== undefined || truth.captured > 0;
}

/** The next version of a payment: it asks for work after a time, unless it is over. */
export function nextPayment(
  document: Document,
  state: PaymentState,
  { data, afterMs }: { data: PaymentData; afterMs: number },
): DocumentWrite {
  const write: DocumentWrite = {
    id: document.id,
    kind: document.kind,
    state,
    data: asJson(data),
    reference: data.order,
  };
  if (document.buyer !== undefined) write.buyer = document.buyer;
  if (PAYMENT_FINAL.has(state)) write.final = true;
  else write.deadline = { afterMs };
  return write;
}

/** A payment as a caller sees it. */
export interface Payment {
  id: string;
  order: string;
  provider: string;
  status: PaymentState;
  version: number;
  due: Money;
  capture: 'automatic' | 'manual';
  authorised: number;
  captured: number;
  refunded: number;
  action?: PaymentAction;
  reference?: string;
  reason?: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewPayment(document: Document): Payment {
  const { order, provider, due, capture, truth, action, reference, reason } = paymentData(document);
  const { authorised, captured, refunded } = truth;
  return {
    id: document.id,
    order,
    provider,
    status: document.state as PaymentState,
    version: document.version,
    due: { ...due },
    capture,
    authorised,
    captured,
    refunded,
    ...(action === undefined ? {} : { action: { ...action } }),
    ...(reference === undefined ? {} : { reference }),
    ...(reason === undefined ? {} : { reason }),
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
}
