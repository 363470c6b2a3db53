// The provider has told something of a payment: by callback, when asked, or in answer to a deed. What
// follows for the payment and its order is decided here, in one transaction: the sale is made, the order
// is confirmed, or the money goes back.

import type { Document, Transaction } from '../engines/contract.ts';
import { joined } from './join.ts';
import { type OrderData, orderData } from './order.ts';
import { cancelOrder, type OrderUnits, refundOrder } from './order-ends.ts';
import { confirmOrder, type PaidContext, payOrder } from './order-paid.ts';
import { afterPayment, withOpen, without } from './order-payments.ts';
import {
  heldOf,
  isReleased,
  nextPayment,
  type PaymentAction,
  type PaymentData,
  type PaymentState,
  paymentData,
} from './payment.ts';
import { mergeTruth, type PaymentTruth } from './payment-truth.ts';
import { type Plan, planned } from './plan.ts';
import { keepOf, withKeep } from './plan-settled.ts';
import { stagesPaid } from './preorder.ts';

export interface Told {
  truth: PaymentTruth;
  /** The provider's own id, once it is known, and what the buyer must do. */
  reference?: string;
  action?: PaymentAction;
}

export interface ToldContext extends Pick<PaidContext, 'reserving' | 'nowMs'> {
  /** When the payment is looked at again, if nothing more is told. */
  afterMs: number;
  /** Its order's units cannot be had any more: why. */
  gone?: string;
  onFailed: 'cancel' | 'wait';
}

interface Case extends ToldContext {
  payment: Document;
  found: OrderUnits;
  data: PaymentData;
  /** The order's payments that are not settled, without this one. */
  others: string[];
}

/** Plans what follows. Refused for want of units, it is asked once more with what was wanting (`gone`). */
export function paymentTold(
  payment: Document,
  found: OrderUnits,
  { told, context }: { told: Told; context: ToldContext },
): Plan {
  const before = paymentData(payment);
  const data: PaymentData = { ...before, truth: mergeTruth(before.truth, told.truth) };
  if (told.reference !== undefined) data.reference = told.reference;
  if (told.action !== undefined) data.action = told.action;
  const others = without(orderData(found.order).openPayments, payment.id);
  return decide({ payment, found, data, others, ...context });
}

function decide(told: Case): Plan {
  const { data, payment, found } = told;
  const { truth, due, capture } = data;
  if (payment.state === 'RELEASING' || payment.state === 'SETTLED') return released(told);
  if (countsOn(found.order, payment.id)) return counted(told);
  const money = Math.max(truth.authorised, truth.captured);
  if (money === 0) return isOver(truth) ? failed(told) : waiting(told);
  if (truth.currency !== due.currency) return unwanted(told, 'wrong-currency');
  // An authorisation that has ended is no money.
  if (truth.captured === 0 && truth.voided) return failed(told);
  const secured = capture === 'automatic' ? truth.captured : money;
  if (secured === 0) return waiting(told);
  if (secured !== due.amount) return unwanted(told, 'wrong-amount');
  if (truth.refunded > 0) return unwanted(told, 'refunded-elsewhere');
  return told.gone === undefined ? sold(told) : unwanted(told, told.gone);
}

/** The money is there: the order's units are its buyer's. */
function sold(told: Case): Plan {
  const { payment, found, data, others, reserving, nowMs } = told;
  const captured = heldOf(data.truth) === data.due.amount;
  const plan = payOrder(found, {
    captured,
    payment: payment.id,
    openPayments: captured ? others : [...others, payment.id],
    stages: data.stages,
    nowMs,
    reserving,
  });
  if (!plan.ok) return unwanted(told, plan.code);
  const write = written(told, captured ? 'SETTLED' : 'SECURED', 'payment.secured');
  return planned(joined(plan.transaction, write));
}

/** The order counts on this payment. */
function counted(told: Case): Plan {
  const { payment, data, found, others } = told;
  const { truth, due } = data;
  const { order } = found;
  if (truth.captured === 0 && isOver(truth)) {
    return lost(told);
  }
  if (heldOf(truth) < due.amount) return waiting(told);
  // Paid twice before we heard of the first time: what is too much goes back.
  const paid = isReleased(data)
    ? written(told, 'SETTLED', 'payment.settled')
    : written(told, 'RELEASING', 'payment.releasing');
  // A stage of a pre-order is in: the order waits for the next one.
  if (order.state === 'RESERVED') return planned(joined(afterPayment(found, payment.id), paid));
  if (order.state !== 'PAID') return waiting(told);
  const plan = confirmOrder(order, others);
  return plan.ok ? planned(joined(plan.transaction, paid)) : plan;
}

/** It was authorised, and is gone: the units go back, and what stays is counted without it. */
function lost(told: Case): Plan {
  const { payment, found, data, others } = told;
  const plan = refundOrder(withOpen(found, others), 'payment-lost', payment.id);
  if (!plan.ok) return plan;
  const write = written({ ...told, data: { ...data, keep: 0 } }, 'FAILED', 'payment.failed');
  return planned(joined(plan.transaction, write));
}

/** Nothing is decided yet. */
function waiting(told: Case): Plan {
  const { payment, data } = told;
  const opened = payment.state === 'STARTING' && data.reference !== undefined;
  return planned(written(told, opened ? 'OPEN' : (payment.state as PaymentState)));
}

/**
 * It ended without money. Over is only what its provider has ended: after a declined card the buyer may
 * still pay with another one, and nobody would look.
 */
function failed(told: Case): Plan {
  const { payment, found, onFailed, data, others } = told;
  const { order } = found;
  const state = data.truth.voided ? 'FAILED' : 'VOIDING';
  const write = written(told, state, payment.state === state ? undefined : 'payment.failed');
  const { plan: stages } = orderData(order);
  // A buyer who has paid a deposit may try again until the stage's time is over.
  const begun = stages !== undefined && stagesPaid(stages) > 0;
  const waits = (order.state === 'RESERVED' && !begun) || order.state === 'PENDING';
  const wanted = payment.state === 'OPEN' || payment.state === 'STARTING';
  if (!waits || !wanted || onFailed === 'wait' || others.length > 0) {
    const rest = state === 'FAILED' ? afterPayment(found, payment.id) : { events: [] };
    return planned(joined(rest, write));
  }
  const reason = data.truth.failed ?? 'payment-voided';
  const open = state === 'FAILED' ? others : [...others, payment.id];
  const plan = cancelOrder(withOpen(found, open), { order: order.id, reason });
  return plan.ok ? planned(joined(plan.transaction, write)) : plan;
}

/** The money is not wanted: it goes back. An order without units for it ends in a refund. */
function unwanted(told: Case, reason: string): Plan {
  const { found, data, payment, others, gone } = told;
  const { state } = found.order;
  const refunding = written(
    { ...told, data: { ...data, keep: 0, reason } },
    'RELEASING',
    'payment.releasing',
  );
  const ends = state === 'EXPIRED' || state === 'CANCELLED' || (state === 'PENDING' && gone);
  if (!ends) return planned(refunding);
  const plan = refundOrder(withOpen(found, [...others, payment.id]), reason);
  return plan.ok ? planned(joined(plan.transaction, refunding)) : planned(refunding);
}

/** Money that is not wanted: is all of it back? */
function released(told: Case): Plan {
  const { payment, data, found } = told;
  const { truth, keep } = data;
  const wanted = keptBy(found.order, payment.id, keep);
  if (wanted < keep) {
    // Its order is being refunded, and has not told it yet: what was paid too much is not all that goes.
    const less = { ...told, data: { ...data, keep: wanted } };
    return planned(written(less, 'RELEASING', 'payment.releasing'));
  }
  const gone = keep > 0 && truth.captured === 0 && isOver(truth);
  if (gone && countsOn(found.order, payment.id)) return lost(told);
  if (!isReleased(data)) return planned(written(told, 'RELEASING'));
  const event = payment.state === 'SETTLED' ? undefined : 'payment.settled';
  const kept = heldOf(truth);
  const end = { ...told, data: { ...data, keep: Math.min(keep, kept) } };
  // Less stays than was meant to: its order says so.
  const less = kept < keep ? keptLess(found.order, payment.id, kept) : {};
  const after = afterPayment(found, payment.id, less);
  return planned(joined(after, written(end, 'SETTLED', event)));
}

function written(
  { payment, data, afterMs }: Case,
  state: PaymentState,
  event?: string,
): Transaction {
  const events =
    event === undefined ? [] : [{ type: event, subject: payment.id, data: { order: data.order } }];
  return {
    guards: [{ document: payment.id, version: payment.version }],
    writes: [nextPayment(payment, state, { data, afterMs })],
    events,
  };
}

/** So much of a payment is to stay, as its order stands. */
function keptBy(order: Document, payment: string, keep: number): number {
  const refunds = order.state === 'REFUNDING' || order.state === 'REFUNDED';
  return refunds ? Math.min(keep, keepOf(orderData(order).plan, payment)) : keep;
}

function countsOn(order: Document, payment: string): boolean {
  const { paidBy, plan } = orderData(order);
  return paidBy === payment || plan?.paid?.some((one) => one.payment === payment) === true;
}

function keptLess(order: Document, payment: string, kept: number): Partial<OrderData> {
  const { plan } = orderData(order);
  return plan?.kept === undefined ? {} : { plan: withKeep(plan, payment, kept) };
}

function isOver({ voided, failed: why }: PaymentTruth): boolean {
  return voided || why !== undefined;
}
