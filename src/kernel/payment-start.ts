// A payment begins: it is written down before its provider is asked, and the order's units are kept for
// as long as paying may take, once.

import type { DocumentWrite } from '../engines/contract.ts';
import type { Money } from './money.ts';
import { nextOrder, orderData, orderGuard, orderTotal, orderTransition } from './order.ts';
import type { OrderUnits } from './order-ends.ts';
import type { OrderState } from './order-states.ts';
import type { PaymentAction, PaymentData } from './payment.ts';
import { type Plan, planned } from './plan.ts';
import { type StagesDue, stagesDue } from './preorder.ts';
import { refuse } from './refusals.ts';
import { asJson, nextOf, reservationData, standing } from './reservation.ts';
import { TURN_MS } from './turns.ts';

export interface StartContext {
  /** The new payment's id. */
  payment: string;
  provider: string;
  capture: 'automatic' | 'manual';
  /** How long the units are kept from now on. */
  paymentForMs: number;
  returnUrl?: string;
  /** Of a pre-order: all stages that are left, not the present one alone. */
  ahead?: boolean;
}

export type { PaymentAction };

/** What an order asks for as it stands: a pre-order for its stages, any other for its total. */
export function dueFor(
  { order, units }: OrderUnits,
  ahead = false,
): { due: Money; stages?: StagesDue } | undefined {
  const data = orderData(order);
  const stages = data.plan && stagesDue(data.plan, ahead);
  if (stages !== undefined) {
    return { due: { amount: stages.amount, currency: data.plan!.currency }, stages };
  }
  const quantities =
    units === undefined
      ? (data.lines ?? []).map(({ quantity }) => quantity)
      : standing(units.document);
  const due = orderTotal(data, quantities);
  return due && { due };
}

export function startPayment(found: OrderUnits, context: StartContext): Plan {
  const { order, dueMs } = found;
  const next = orderTransition({ document: order, dueMs }, 'pay');
  if (!next.ok) return next;
  if (!WAITING.has(order.state)) return refuse(over(order.state), { order: order.id });
  const asked = dueFor(found, context.ahead);
  if (asked === undefined || asked.due.amount === 0) {
    return refuse('nothing-to-pay', { order: order.id });
  }
  const { openPayments = [] } = orderData(order);
  if (openPayments.length > 0) {
    return refuse('payment-open', { order: order.id, payment: openPayments.at(-1)! });
  }
  const patch = { openPayments: [context.payment], payBegan: true as const };
  const write = nextOrder(order, order.state as OrderState, patch);
  if (order.state === 'PENDING') write.deadline = longer(context, order.deadlineMs!);
  return planned({
    guards: [orderGuard(order)],
    writes: [paymentWrite(found, asked, context), write, ...extended(found, context)],
    events: [{ type: 'payment.started', subject: context.payment, data: { order: order.id } }],
  });
}

const WAITING: ReadonlySet<string> = new Set(['PENDING', 'RESERVED']);

function over(state: string) {
  return state === 'EXPIRED' ? 'order-expired' : 'order-cancelled';
}

/** Its units are kept longer once, however often paying is tried. */
function extended({ order, units }: OrderUnits, context: StartContext): DocumentWrite[] {
  const { plan, payBegan } = orderData(order);
  if (units === undefined || payBegan === true) return [];
  const { document } = units;
  // A pre-order's hold is as long as its plan says.
  const capAtMs = plan === undefined ? reservationData(document).capAtMs : Number.MAX_SAFE_INTEGER;
  return [
    {
      ...nextOf(document, document.state, document.data),
      claims: document.claims,
      deadline: {
        ...longer(context, document.deadlineMs!),
        notAfterMs: Math.max(capAtMs, document.deadlineMs!),
      },
    },
  ];
}

function longer({ paymentForMs }: StartContext, notBeforeMs: number) {
  return { afterMs: paymentForMs, notBeforeMs };
}

function paymentWrite(
  { order }: OrderUnits,
  { due, stages }: { due: Money; stages?: StagesDue },
  context: StartContext,
): DocumentWrite {
  const { payment, provider, capture, returnUrl } = context;
  const data: PaymentData = {
    order: order.id,
    provider,
    due,
    capture,
    keep: due.amount,
    truth: { currency: due.currency, authorised: 0, captured: 0, refunded: 0, voided: false },
    turns: 0,
  };
  if (returnUrl !== undefined) data.returnUrl = returnUrl;
  if (stages !== undefined) data.stages = stages;
  return {
    id: payment,
    fresh: true,
    kind: 'payment',
    state: 'STARTING',
    data: asJson(data),
    reference: order.id,
    ...(order.buyer === undefined ? {} : { buyer: order.buyer }),
    // Whoever commits this asks the provider; if he dies, somebody else does after this time.
    deadline: { afterMs: TURN_MS },
  };
}
