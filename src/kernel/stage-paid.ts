// A stage of a pre-order is paid, and not the last one: its units are held until the next stage is due,
// in the transaction in which the money counts.

import type { DocumentWrite } from '../engines/contract.ts';
import { nextOrder, orderGuard } from './order.ts';
import type { OrderUnits } from './order-ends.ts';
import { type Plan, planned } from './plan.ts';
import {
  exactly,
  type OrderPlan,
  type StagesDue,
  type StagesPaid,
  stageEndMs,
  stagesPaid,
  withReminder,
} from './preorder.ts';
import { refuse } from './refusals.ts';
import { nextOf } from './reservation.ts';
import { datesAtDeposit } from './stage-dates.ts';

export interface StagePaidContext {
  stages: StagesDue;
  payment?: string;
  openPayments: readonly string[];
  nowMs: number;
}

/** Holds the units on; refused where none are held any more, or the stage was paid before. */
export function payStage({ order, units, dueMs }: OrderUnits, context: StagePaidContext): Plan {
  const { plan } = order.data as { plan?: unknown } as { plan: OrderPlan };
  const held = units?.document;
  if (order.state !== 'RESERVED' || held?.state !== 'HELD') {
    return refuse(order.state === 'CANCELLED' ? 'order-cancelled' : 'order-expired', {
      order: order.id,
    });
  }
  const next = withReminder(dated(withPaid(plan, context), context.nowMs, plan), context.nowMs);
  const write = nextOrder(order, 'RESERVED', {
    plan: next,
    openPayments: [...context.openPayments],
  });
  // The next stage may keep its units longer once, as this one did.
  delete write.data.payBegan;
  const reservation: DocumentWrite = {
    ...nextOf(held, 'HELD', held.data),
    claims: held.claims,
    // A moment that is past already, because the plan is as tight as that, ends it at once.
    deadline: exactly(stageEndMs(next) ?? dueMs),
  };
  return planned({
    guards: [
      orderGuard(order),
      { document: held.id, version: held.version },
      { document: held.id, due: false },
    ],
    writes: [write, reservation],
    events: [
      {
        type: 'stage.paid',
        subject: order.id,
        data: toldOf(plan, context),
      },
      { type: 'reservation.extended', subject: held.id },
    ],
  });
}

/** The plan with this money among what was paid. */
export function withPaid(
  plan: OrderPlan,
  { stages: { count, amount }, payment }: Pick<StagePaidContext, 'stages' | 'payment'>,
): OrderPlan {
  const paid: StagesPaid = { stages: count, amount };
  if (payment !== undefined) paid.payment = payment;
  // Money that came late brings back what had ended.
  const { kept: _, endedBy: __, ...rest } = plan;
  return { ...rest, paid: [...(plan.paid ?? []), paid] };
}

function dated(plan: OrderPlan, nowMs: number, before: OrderPlan): OrderPlan {
  return stagesPaid(before) === 0 ? datesAtDeposit(plan, nowMs) : plan;
}

function toldOf({ stages, currency }: OrderPlan, { stages: due, payment }: StagePaidContext) {
  const names = stages.slice(due.from, due.from + due.count).map(({ name }) => name);
  const { amount } = due;
  return { stages: names, amount, currency, ...(payment === undefined ? {} : { payment }) };
}
