// The launch of a plan has moved, and with it the due dates of an open order that hang on it.

import type { Document, DocumentWrite } from '../engines/contract.ts';
import { nextOrder, orderData, orderGuard } from './order.ts';
import type { OrderUnits } from './order-ends.ts';
import { type Plan, planned } from './plan.ts';
import { planData } from './plan-terms.ts';
import { exactly, type OrderPlan, stageEndMs, stagesPaid } from './preorder.ts';
import { nextOf } from './reservation.ts';
import { datesAtLaunch } from './stage-dates.ts';

/** Undefined: it is over, or it was moved already. */
export function moveDates(found: OrderUnits, launch: Document, nowMs: number): Plan | undefined {
  const { order, units } = found;
  const { plan } = orderData(order);
  const { revision, terms } = planData(launch);
  const held = units?.document;
  if (order.state !== 'RESERVED' || plan === undefined || held?.state !== 'HELD') return undefined;
  if (plan.revision >= revision || terms.launchAtMs === undefined) return undefined;
  const next = datesAtLaunch(plan, { launchAtMs: terms.launchAtMs, revision, nowMs });
  const stages = movedStages(plan, next);
  const reservation = laterOrSooner(held, plan, next);
  return planned({
    guards: [orderGuard(order), { document: held.id, version: held.version, due: false }],
    writes: [nextOrder(order, 'RESERVED', { plan: next }), ...reservation],
    events:
      stages.length === 0
        ? []
        : [{ type: 'order.rescheduled', subject: order.id, data: { plan: plan.name, stages } }],
  });
}

/** Its hold ends with the present stage; a payment under way keeps the time that it was given. */
function laterOrSooner(held: Document, before: OrderPlan, after: OrderPlan): DocumentWrite[] {
  const wasMs = stageEndMs(before);
  const isMs = stageEndMs(after);
  if (wasMs === undefined || isMs === undefined || wasMs === isMs) return [];
  const deadlineMs = held.deadlineMs! > wasMs ? Math.max(held.deadlineMs!, isMs) : isMs;
  return [
    {
      ...nextOf(held, held.state, held.data),
      claims: held.claims,
      deadline: exactly(deadlineMs),
    },
  ];
}

function movedStages(before: OrderPlan, after: OrderPlan) {
  const paid = stagesPaid(before);
  return after.stages.flatMap(({ name, dueAtMs }, index) =>
    index < paid || dueAtMs === undefined || dueAtMs === before.stages[index]!.dueAtMs
      ? []
      : [{ stage: name, dueAtMs }],
  );
}
