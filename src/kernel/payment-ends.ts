// A payment whose money is not wanted any more: it is ended at its provider before there is money, or
// what is more than we keep goes back.

import type { Document, Transaction } from '../engines/contract.ts';
import { joined } from './join.ts';
import { orderData } from './order.ts';
import { type OrderUnits, refundOrder } from './order-ends.ts';
import { refundDone, withOpen, without } from './order-payments.ts';
import { isReleased, nextPayment, type PaymentState, paymentData } from './payment.ts';
import { type Plan, planned } from './plan.ts';
import { keepOf } from './plan-settled.ts';
import { TURN_MS } from './turns.ts';

const NO_MONEY: ReadonlySet<string> = new Set(['STARTING', 'OPEN', 'VOIDING']);

/** So much of its money stays, the rest goes back; a payment without money is ended. */
export function releasePayment(payment: Document, keep: number, reason: string): Plan {
  const before = paymentData(payment);
  const ends = NO_MONEY.has(payment.state);
  // What was ended may still bring money; then its order decides (payment-told.ts).
  const data = { ...before, keep: ends ? before.keep : Math.min(keep, before.keep), reason };
  const state: PaymentState = ends ? 'VOIDING' : 'RELEASING';
  const done = !ends && isReleased(data);
  return planned({
    guards: [{ document: payment.id, version: payment.version }],
    writes: [nextPayment(payment, done ? 'SETTLED' : state, { data, afterMs: TURN_MS })],
    events: [
      {
        type: 'payment.releasing',
        subject: payment.id,
        data: { order: data.order, reason },
      },
    ],
  });
}

/**
 * Money of an order goes back: its payments are told in the step in which it stops asking for work, so
 * that no crash can part them. Each says itself when it is done.
 */
export function refundPayments(found: OrderUnits, payments: readonly Document[]): Plan {
  const open: string[] = [];
  const told: Transaction[] = [];
  const { plan: stages } = orderData(found.order);
  for (const payment of payments) {
    const keep = keepOf(stages, payment.id);
    if (payment.state === 'RELEASING' && paymentData(payment).keep <= keep) {
      // Were it done meanwhile, nobody would take it off the order.
      told.push({ guards: [{ document: payment.id, version: payment.version }], events: [] });
      open.push(payment.id);
      continue;
    }
    const released = releasePayment(payment, keep, 'refund');
    if (!released.ok) return released;
    told.push(released.transaction);
    if (released.transaction.writes![0]!.final !== true) open.push(payment.id);
  }
  const plan = refundDone(found, open);
  return plan.ok ? planned(joined(plan.transaction, ...told)) : plan;
}

/** The provider does not give what it had promised: the order's units go back, and whatever is left there. */
export function captureRefused(payment: Document, found: OrderUnits, reason: string): Plan {
  const released = releasePayment(payment, 0, reason);
  if (!released.ok) return released;
  const open = [...without(orderData(found.order).openPayments, payment.id), payment.id];
  const plan = refundOrder(withOpen(found, open), reason, payment.id);
  return plan.ok ? planned(joined(plan.transaction, released.transaction)) : plan;
}
