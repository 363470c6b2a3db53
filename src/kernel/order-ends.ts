// The ways an order ends because somebody says so: cancelled, replaced by another one, refunded. Its
// units go back in the same transaction.

import type { Document, DocumentWrite, Transaction } from '../engines/contract.ts';
import { cancel } from './finish.ts';
import { giveBack, type Holding } from './give-back.ts';
import { joined } from './join.ts';
import { nextOrder, type OrderData, orderData, orderGuard, orderTransition } from './order.ts';
import type { CancelOrderCommand } from './order-commands.ts';
import { owedPayments, owesByHand } from './order-payments.ts';
import { ORDER_EVENTS, type OrderState } from './order-states.ts';
import { vouchersReleased, withoutVouchers } from './order-vouchers.ts';
import { type Plan, planned } from './plan.ts';
import { keptTold, settled } from './plan-settled.ts';
import { type EndedBy, stagesPaid } from './preorder.ts';
import { asJson, nextOf, reservationData, standing } from './reservation.ts';

/** An order with the reservation that has its units, if it has one. */
export interface OrderUnits {
  order: Document;
  units?: Holding;
  dueMs: number;
}

/** Held or sold units go back at once; what was paid for them goes back after that. */
export function cancelOrder(found: OrderUnits, command: CancelOrderCommand): Plan {
  const reason = command.reason === undefined ? {} : { reason: command.reason };
  return endOrder(found, 'cancel', reason, { by: command.by ?? 'buyer' });
}

/** Another order of the same buyer takes its place. */
export function supersedeOrder(found: OrderUnits, supersededBy: string): Plan {
  return endOrder(found, 'cancel', { supersededBy });
}

/** Its units cannot be given, or its payment failed for good; `lost`: money that never came. */
export function refundOrder(found: OrderUnits, reason: string, lost?: string): Plan {
  return endOrder(found, 'refund', { reason }, { by: 'buyer', lost });
}

function endOrder(
  { order, units, dueMs }: OrderUnits,
  verb: 'cancel' | 'refund',
  reason: Partial<OrderData>,
  ending: { by: EndedBy; lost?: string | undefined } = { by: 'buyer' },
): Plan {
  const { plan } = orderData(order);
  const held = plan !== undefined && order.state === 'RESERVED' && stagesPaid(plan) > 0;
  // What was paid in stages goes back, though the units were never sold.
  const next = orderTransition({ document: order, dueMs }, held ? 'refund' : verb);
  if (!next.ok) return next;
  const patch = { ...reason };
  if (plan !== undefined) patch.plan = settled(plan, ending.by, ending.lost);
  if (next.state === 'REFUNDING') {
    patch.openPayments = owedPayments({ ...orderData(order), ...patch }, ending.lost);
  }
  const parts: Transaction[] = [];
  const write = nextOrder(order, next.state, patch);
  if (units?.document.state === 'HELD') {
    const back = cancel(units);
    if (!back.ok) return back;
    parts.push(back.transaction);
  } else if (units?.document.state === 'CONFIRMED') parts.push(unsell(units));
  else parts.push(withoutVouchers(order, write));
  // From here on it asks for work until all its money has gone back, if that came by payments of ours.
  if (next.state === 'REFUNDING' && hasPayments(write)) write.deadline = { afterMs: 0 };
  parts.push({
    guards: [orderGuard(order)],
    writes: [write],
    events: [eventOf(next.state, order, patch), ...vouchersReleased(order, units?.document)],
  });
  return planned(joined(...parts));
}

function hasPayments({ data }: DocumentWrite): boolean {
  const order = data as unknown as OrderData;
  const { openPayments = [], paidBy, plan } = order;
  if (openPayments.length > 0) return true;
  // Of a pre-order nothing may be left to go back.
  return plan === undefined ? paidBy !== undefined : !owesByHand(order);
}

function eventOf(state: OrderState, { id }: Document, patch: Partial<OrderData>) {
  const type = ORDER_EVENTS[state];
  const { reason, supersededBy, plan } = patch;
  const kept = state === 'REFUNDING' && plan ? keptTold(plan) : {};
  const data = { ...(reason && { reason }), ...(supersededBy && { supersededBy }), ...kept };
  return Object.keys(data).length === 0 ? { type, subject: id } : { type, subject: id, data };
}

/** All units of a sold reservation go back to stock; nothing of them has left the house. */
export function unsell(units: Holding): Transaction {
  const { document } = units;
  const data = reservationData(document);
  const sold = standing(document);
  const back = giveBack(units, sold, { stakes: 'all' });
  const lines = data.lines.map((line, index) =>
    sold[index] === 0 ? line : { ...line, returned: (line.returned ?? 0) + sold[index]! },
  );
  return {
    guards: back.guards,
    moves: back.moves,
    writes: [
      {
        ...nextOf(document, document.state, asJson({ ...data, lines })),
        claims: back.claims,
        final: true,
      },
      ...back.writes,
    ],
    events: [{ type: 'reservation.returned', subject: document.id }],
  };
}
