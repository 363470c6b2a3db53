// Plans and the stages of a pre-order as a caller sees them. Reads documents only.

import type { Document, DocumentId } from '../engines/contract.ts';
import type { Money } from '../kernel/money.ts';
import type { OrderState } from '../kernel/order-states.ts';
import { type PlanState, type PlanTerms, planData } from '../kernel/plan-terms.ts';
import { type OrderPlan, stagesPaid } from '../kernel/preorder.ts';

export interface PreorderPlan extends PlanTerms {
  plan: string;
  /** MOVING: dates of orders are being moved to another launch. */
  status: PlanState;
  version: number;
}

export function viewPlan(document: Document): PreorderPlan {
  const { terms } = planData(document);
  const { id, state, version } = document;
  const plan = id.slice(id.indexOf(':') + 1);
  return structuredClone({ plan, ...terms, status: state as PlanState, version });
}

/** DUE: to be paid now. OPEN: later. OVER: the order ended before it was paid. */
export type StageStatus = 'PAID' | 'DUE' | 'OPEN' | 'OVER';

export interface StageView {
  name: string;
  amount: number;
  status: StageStatus;
  dueAtMs?: number;
}

export interface OrderPlanView {
  name: string;
  launchAtMs?: number;
  stages: StageView[];
  /** What was paid so far, oldest first. */
  paid: { payment?: DocumentId; stages: number; amount: number; kept?: number }[];
  remindAtMs?: number;
  /** Once it has ended without its units: what stays with the shop. */
  kept?: Money;
}

export function viewOrderPlan(plan: OrderPlan, status: OrderState): OrderPlanView {
  const { name, launchAtMs, paid = [], remindAtMs, kept, currency } = plan;
  const present = stagesPaid(plan);
  const view: OrderPlanView = {
    name,
    stages: plan.stages.map(({ name: stage, amount, dueAtMs }, index) => ({
      name: stage,
      amount,
      status: index < present ? 'PAID' : left(index === present, status),
      ...(dueAtMs === undefined ? {} : { dueAtMs }),
    })),
    paid: paid.map(({ keep, ...one }) => ({
      ...one,
      ...(keep === undefined ? {} : { kept: keep }),
    })),
  };
  if (launchAtMs !== undefined) view.launchAtMs = launchAtMs;
  if (status === 'RESERVED' && remindAtMs !== undefined) view.remindAtMs = remindAtMs;
  if (kept !== undefined) view.kept = { amount: kept, currency };
  return view;
}

function left(isPresent: boolean, status: OrderState): StageStatus {
  if (status !== 'RESERVED') return 'OVER';
  return isPresent ? 'DUE' : 'OPEN';
}
