// The time to pay for an order is over. One with a reservation ends with it, in the same transaction.

import type { Document, Transaction } from '../engines/contract.ts';
import { nextOrder, orderData, orderGuard, orderTransition } from './order.ts';
import { owedPayments } from './order-payments.ts';
import { vouchersReleased, withoutVouchers } from './order-vouchers.ts';
import { type Plan, planned } from './plan.ts';
import { keptTold, settled } from './plan-settled.ts';
import { type OrderPlan, stagesPaid } from './preorder.ts';
import { voucherEvents } from './voucher.ts';

/** What its reservation's falling due does to an order. */
export function orderExpires(order: Document): Transaction {
  const { plan } = orderData(order);
  if (plan !== undefined && order.state === 'RESERVED' && stagesPaid(plan) > 0) {
    return stageMissed(order, plan);
  }
  const next = orderTransition({ document: order, dueMs: 0 }, 'expire');
  // Paid meanwhile: then its reservation is held no more, and this is refused for its version.
  if (!next.ok) return { guards: [orderGuard(order)], events: [] };
  return {
    guards: [orderGuard(order)],
    writes: [nextOrder(order, next.state)],
    events: [
      { type: 'order.expired', subject: order.id },
      ...voucherEvents('voucher.released', order.id, orderData(order).discounts),
    ],
  };
}

/** The money of the stages before goes back, as far as the plan gives it back. */
function stageMissed(order: Document, plan: OrderPlan): Transaction {
  const stage = plan.stages[stagesPaid(plan)]!.name;
  const reason = 'stage-missed';
  const ended = settled(plan, 'buyer');
  const openPayments = owedPayments({ ...orderData(order), plan: ended });
  const write = nextOrder(order, 'REFUNDING', { reason, plan: ended, openPayments });
  return {
    guards: [orderGuard(order)],
    writes: [{ ...write, deadline: { afterMs: 0 } }],
    events: [
      { type: 'order.refunding', subject: order.id, data: { reason, stage, ...keptTold(ended) } },
      ...voucherEvents('voucher.released', order.id, orderData(order).discounts),
    ],
  };
}

/** One that waited for its turn for as long as it may: it was not decided, so it is not refused either. */
export const NO_TURN = 'no-turn';

/** An order that holds no units has a deadline of its own: to be paid, or to have had its turn. */
export function expirePending(order: Document): Plan {
  const next = orderTransition({ document: order, dueMs: 0 }, 'expire');
  if (!next.ok) return next;
  const why = order.state === 'QUEUED' ? { reason: NO_TURN } : {};
  const write = nextOrder(order, next.state, why);
  return planned({
    ...withoutVouchers(order, write),
    guards: [{ document: order.id, version: order.version, due: true }],
    writes: [write],
    events: [
      { type: 'order.expired', subject: order.id, ...(why.reason && { data: why }) },
      ...vouchersReleased(order, undefined),
    ],
  });
}
