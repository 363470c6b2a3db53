// Reminds the buyer of a stage that is due soon. The order's own deadline is the moment; its falling due
// is the reminder, so that each is told once, whoever notices first.

import type { Document } from '../engines/contract.ts';
import { nextOrder, orderData } from './order.ts';
import type { OrderState } from './order-states.ts';
import { type Plan, planned } from './plan.ts';
import { stagesDue, stagesPaid, withReminder } from './preorder.ts';

export function remind(order: Document, dueMs: number): Plan {
  const { plan } = orderData(order);
  const guards = [{ document: order.id, version: order.version, due: true }];
  const state = order.state as OrderState;
  const due = plan && stagesDue(plan);
  if (plan === undefined || due === undefined) {
    return planned({ guards, writes: [nextOrder(order, state)], events: [] });
  }
  const { name, dueAtMs } = plan.stages[stagesPaid(plan)]!;
  // Those that were missed meanwhile are not made up for.
  const next = withReminder(plan, Math.max(dueMs, order.deadlineMs!));
  const data = { stage: name, amount: due.amount, currency: plan.currency, dueAtMs: dueAtMs! };
  return planned({
    guards,
    writes: [nextOrder(order, state, { plan: next })],
    events: [{ type: 'order.reminder', subject: order.id, data }],
  });
}
