// An order's money is secured, or in: its units are sold in the same transaction. Where none are held
// any more, or never were, they are taken again, if they are there.

import type { Document, DocumentWrite, EventDraft, Leg, Transaction } from '../engines/contract.ts';
import { accountOf, ownerOf } from './accounts.ts';
import { bound } from './checkout.ts';
import type { LineCommand, ReserveCommand } from './commands.ts';
import { confirm } from './finish.ts';
import type { Holding } from './give-back.ts';
import { joined } from './join.ts';
import { nextOrder, type OrderData, orderData, orderGuard, orderTransition } from './order.ts';
import type { OrderUnits } from './order-ends.ts';
import type { OrderState } from './order-states.ts';
import { type Plan, planned } from './plan.ts';
import { completes, type StagesDue, stagesPaid } from './preorder.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson, type ReservationData, reservationData } from './reservation.ts';
import { type ReserveContext, reserve } from './reserve.ts';
import { wholePool } from './segments.ts';
import { payStage, withPaid } from './stage-paid.ts';
import { addStakes, endStakes, lastingStakes } from './stakes.ts';
import { voucherEvents } from './voucher.ts';

export interface PaidContext {
  /** The money is in, not only promised. */
  captured: boolean;
  /** The payment that paid for it; none where somebody else took the money. */
  payment?: string;
  /** Payments that stay open besides. */
  openPayments: readonly string[];
  /** Of a pre-order: what the money is for. */
  stages?: StagesDue | undefined;
  nowMs: number;
  /** For units that must be taken again. */
  reserving: (lines: readonly LineCommand[]) => ReserveContext | Refused;
}

/**
 * Sells an order's units; PAID, or CONFIRMED at once where the money is in. Those of a pre-order are held
 * on, until its last stage is paid.
 */
export function payOrder(found: OrderUnits, context: PaidContext): Plan {
  const { plan } = orderData(found.order);
  if (plan === undefined) return sellOrder(found, context);
  const { stages } = context;
  if (stages === undefined || stages.from !== stagesPaid(plan)) {
    return refuse('stage-paid', { order: found.order.id });
  }
  if (!completes(plan, stages)) return payStage(found, { ...context, stages });
  return sellOrder(found, context, { plan: withPaid(plan, { ...context, stages }) });
}

function sellOrder(
  found: OrderUnits,
  context: PaidContext,
  staged: Pick<OrderData, 'plan'> = {},
): Plan {
  const { order, units, dueMs } = found;
  const next = orderTransition({ document: order, dueMs }, context.captured ? 'payInFull' : 'pay');
  if (!next.ok) return next;
  const { supersededBy } = orderData(order);
  if (supersededBy !== undefined) {
    return refuse('order-cancelled', { order: order.id, supersededBy });
  }
  const sold =
    units?.document.state === 'HELD'
      ? confirm(units, { reservation: units.document.id })
      : takeAgain(order, units, context);
  if (!sold.ok) return sold;
  const patch: Partial<OrderData> = { ...staged, openPayments: [...context.openPayments] };
  if (context.payment !== undefined) patch.paidBy = context.payment;
  const taken = sold.transaction.writes!.find(({ fresh }) => fresh === true);
  if (taken !== undefined) patch.reservation = taken.id;
  // What the order held itself is free before its reservation takes it.
  const own = { moves: endStakes(order).moves, events: [] };
  return planned(joined(own, sold.transaction, paidOrder(order, next.state, patch)));
}

/** Its money is in: what was PAID is CONFIRMED. */
export function confirmOrder(order: Document, openPayments: readonly string[]): Plan {
  const next = orderTransition({ document: order, dueMs: 0 }, 'confirm');
  if (!next.ok) return next;
  return planned({
    guards: [orderGuard(order)],
    writes: [nextOrder(order, next.state, { openPayments: [...openPayments] })],
    events: [{ type: 'order.confirmed', subject: order.id }],
  });
}

function paidOrder(order: Document, state: OrderState, patch: Partial<OrderData>): Transaction {
  const write = nextOrder(order, state, patch);
  // It was taken on payment: what was asked for stands in its reservation from now on.
  delete write.data.lines;
  delete write.data.asked;
  delete write.data.stakes;
  delete write.claims;
  // It has given back what came in for it, and has one of the sale's own now: nothing was sold before it was there.
  const isTakenAgain = patch.reservation !== undefined;
  if (isTakenAgain && orderData(order).preSold?.stocked === true) delete write.data.preSold;
  const events: EventDraft[] = [{ type: 'order.paid', subject: order.id }];
  if (state === 'CONFIRMED') events.push({ type: 'order.confirmed', subject: order.id });
  events.push(...voucherEvents('voucher.redeemed', order.id, orderData(order).discounts));
  return { guards: [orderGuard(order)], writes: [write], events };
}

/** Takes units straight from available to sold, with the limits and vouchers that they count under. */
function takeAgain(order: Document, units: Holding | undefined, context: PaidContext): Plan {
  const lines = orderData(order).lines ?? linesOf(units!.document);
  const reserving = context.reserving(lines);
  if ('ok' in reserving) return reserving;
  const cart: ReserveCommand = { lines: [...lines] };
  if (order.buyer !== undefined) cart.buyer = order.buyer;
  const plan = reserve(cart, reserving);
  if (!plan.ok) return plan;
  const stakes = lastingStakes((units?.document ?? order).data);
  return planned(soldAtOnce(addStakes(bound(plan.transaction, order.id), stakes)));
}

function linesOf(document: Document): LineCommand[] {
  const { lines } = reservationData(document);
  return lines
    .map(({ pool, asked, granted }) => ({ pool: wholePool(pool), quantity: granted ?? asked }))
    .filter(({ quantity }) => quantity > 0);
}

/** A reservation that is sold in the step that makes it. */
function soldAtOnce(transaction: Transaction): Transaction {
  const [reservation, ...others] = transaction.writes!;
  const moves = transaction.moves!.map((move) => {
    const [{ from, to }, ...others] = move.legs as [Leg, ...Leg[]];
    const pool = ownerOf(from);
    if (to !== accountOf(pool, 'held')) return move;
    return { ...move, legs: [{ from, to: accountOf(pool, 'sold') }, ...others] };
  });
  const before = reservation!.data as unknown as ReservationData;
  const data = {
    ...before,
    lines: before.lines.map((line) => ({ ...line, granted: line.asked })),
  };
  const { deadline: _, frees: __, ...rest } = reservation!;
  const sold: DocumentWrite = { ...rest, state: 'CONFIRMED', data: asJson(data), final: true };
  return {
    ...transaction,
    moves,
    writes: [sold, ...others],
    events: [{ type: 'reservation.confirmed', subject: sold.id }],
  };
}
