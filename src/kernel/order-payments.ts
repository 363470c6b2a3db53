// Which payments of an order are not settled, and what becomes of an order whose money goes back with the
// last of them.

import type { Transaction } from '../engines/contract.ts';
import { nextOrder, type OrderData, orderData, orderGuard, orderTransition } from './order.ts';
import type { OrderUnits } from './order-ends.ts';
import type { OrderState } from './order-states.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';

/** An order without a payment that is over; REFUNDED with the last of them. */
export function afterPayment(
  found: OrderUnits,
  payment: string,
  more: Partial<OrderData> = {},
): Transaction {
  const { order, dueMs } = found;
  const { openPayments: before = [] } = orderData(order);
  const openPayments = without(before, payment);
  const over = openPayments.length === 0 && !owesByHand(orderData(order));
  const refunded = order.state === 'REFUNDING' && over;
  if (openPayments.length === before.length && !refunded) return { events: [] };
  const next = refunded ? orderTransition({ document: order, dueMs }, 'refunded') : undefined;
  const state = next?.ok ? next.state : (order.state as OrderState);
  const write = nextOrder(order, state, { ...more, openPayments });
  if (state === order.state && order.deadlineMs !== undefined) write.deadline = { keep: true };
  return {
    guards: [orderGuard(order)],
    writes: [write],
    events: refunded ? [{ type: 'order.refunded', subject: order.id }] : [],
  };
}

/** All that was paid for it is back, or on its way by payments that say so themselves. */
export function refundDone(found: OrderUnits, openPayments: string[]): Plan {
  const { order } = found;
  if (openPayments.length === 0 && !owesByHand(orderData(order))) {
    return planned(afterPayment(withOpen(found, []), ''));
  }
  return planned({
    guards: [orderGuard(order)],
    writes: [nextOrder(order, order.state as OrderState, { openPayments })],
    events: [],
  });
}

/** A person has seen that its money, which no payment of ours brought, went back. */
export function refundedElsewhere({ order, dueMs }: OrderUnits): Plan {
  const next = orderTransition({ document: order, dueMs }, 'refunded');
  if (!next.ok) return next;
  const { openPayments = [], paidBy, plan } = orderData(order);
  // Of a pre-order all payments that owe something are open.
  const payment = openPayments.at(-1) ?? (plan === undefined ? paidBy : undefined);
  if (payment !== undefined) return refuse('payment-open', { order: order.id, payment });
  return planned({
    guards: [orderGuard(order)],
    writes: [nextOrder(order, next.state)],
    events: [{ type: 'order.refunded', subject: order.id }],
  });
}

/** The order as if these payments of it were not settled; guards stay those of what was read. */
export function withOpen(found: OrderUnits, openPayments: string[]): OrderUnits {
  const data = { ...found.order.data, openPayments };
  return { ...found, order: { ...found.order, data } };
}

/** Money of a pre-order that came by another way goes back by another way: a person tells of it. */
export function owesByHand({ plan }: OrderData): boolean {
  const byHand = (plan?.paid ?? []).filter(({ payment }) => payment === undefined);
  return byHand.some(({ amount, keep = 0 }) => keep < amount);
}

/**
 * The payments that an order which is being refunded waits for: the open ones, and those that paid for it
 * unless all of their money stays. Without them the last open one would end it too early.
 */
export function owedPayments(data: OrderData, lost?: string): string[] {
  const { openPayments = [], paidBy, plan } = data;
  const staged = (plan?.paid ?? []).filter(({ amount, keep = 0 }) => keep < amount);
  const paid = plan === undefined ? [paidBy] : staged.map(({ payment }) => payment);
  const owed = paid.filter((id) => id !== undefined && id !== lost) as string[];
  return [...new Set([...openPayments, ...owed])];
}

export function without(ids: readonly string[] | undefined, id: string): string[] {
  return (ids ?? []).filter((one) => one !== id);
}
