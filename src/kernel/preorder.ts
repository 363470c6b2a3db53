// A pre-order: an order that is paid in stages while it holds its units. Its terms were frozen when it
// was made; only the dates that hang on a launch may move. What is due now, how much, and when its
// reservation ends follow from here. Knows no payments but their ids.

import type { DocumentId } from '../engines/contract.ts';
import type { Money } from './money.ts';
import type { PlanTerms, RefundTerms, StageDue } from './plan-terms.ts';

export interface OrderStage {
  name: string;
  /** Minor units. */
  amount: number;
  /** What its due date hangs on; a deposit without one is due when the order's first hold ends. */
  due: StageDue;
  /** Missing while it is not known: before the deposit is paid, or while there is no launch. */
  dueAtMs?: number;
}

/** Money that came for stages, one or more at once. */
export interface StagesPaid {
  /** Missing: it came by another way than a payment of ours. */
  payment?: DocumentId;
  stages: number;
  amount: number;
  /** Once the order has ended without its units: what stays with the shop of it. */
  keep?: number;
}

/** Its buyer (or a stage that was not paid), or the shop, which gives all of the money back. */
export type EndedBy = 'buyer' | 'shop';

export interface OrderPlan {
  name: string;
  /** Of the launch that its dates hang on (see plan-terms.ts). */
  revision: number;
  launchAtMs?: number;
  currency: string;
  graceMs: number;
  noticeMs: number;
  remindBeforeMs: number[];
  refund: RefundTerms[];
  stages: OrderStage[];
  /** Oldest first. */
  paid?: StagesPaid[];
  /** When its buyer is reminded next. */
  remindAtMs?: number;
  /** Once it has ended without its units: what stays with the shop, in all, and who ended it. */
  kept?: number;
  endedBy?: EndedBy;
}

/** Which stages a payment is for, and what they come to. */
export interface StagesDue {
  from: number;
  count: number;
  amount: number;
}

/** The plan of an order that must come to so much. Stages for which nothing is left are left out. */
export function plannedStages(
  { name, revision, terms }: { name: string; revision: number; terms: PlanTerms },
  total: Money,
): OrderPlan {
  const { graceMs, noticeMs, remindBeforeMs, refund, launchAtMs } = terms;
  const stages: OrderStage[] = [];
  let left = total.amount;
  for (const { name: stage, amount, basisPoints, rest: _, ...due } of terms.stages) {
    const wanted = amount ?? (basisPoints === undefined ? left : share(total.amount, basisPoints));
    const taken = Math.min(left, wanted);
    if (taken > 0) stages.push({ name: stage, amount: taken, due });
    left -= taken;
  }
  const plan: OrderPlan = {
    ...{ name, revision, graceMs, noticeMs, remindBeforeMs, refund, stages },
    currency: total.currency,
  };
  if (launchAtMs !== undefined) plan.launchAtMs = launchAtMs;
  return plan;
}

/** A share of an amount, rounded down; in two parts, because the product may be no whole number any more. */
export function share(amount: number, basisPoints: number): number {
  const whole = Math.floor(amount / 10_000);
  return whole * basisPoints + Math.floor(((amount % 10_000) * basisPoints) / 10_000);
}

export function stagesPaid({ paid = [] }: OrderPlan): number {
  return paid.reduce((sum, { stages }) => sum + stages, 0);
}

/** What may be paid now: the present stage, or all that is left. Undefined where all is paid. */
export function stagesDue(plan: OrderPlan, ahead = false): StagesDue | undefined {
  const from = stagesPaid(plan);
  const left = plan.stages.slice(from);
  if (left.length === 0) return undefined;
  const taken = ahead ? left : left.slice(0, 1);
  const amount = taken.reduce((sum, stage) => sum + stage.amount, 0);
  return { from, count: taken.length, amount };
}

export function completes({ stages }: OrderPlan, { from, count }: StagesDue): boolean {
  return from + count === stages.length;
}

/** When the hold ends if the present stage is not paid; undefined while no date is known. */
export function stageEndMs(plan: OrderPlan): number | undefined {
  const dueAtMs = plan.stages[stagesPaid(plan)]?.dueAtMs;
  return dueAtMs === undefined ? undefined : dueAtMs + plan.graceMs;
}

/** The next reminder of the present stage that is still to come. */
export function withReminder(plan: OrderPlan, nowMs: number): OrderPlan {
  const { remindAtMs: _, ...rest } = plan;
  const dueAtMs = plan.stages[stagesPaid(plan)]?.dueAtMs;
  if (dueAtMs === undefined) return rest;
  const coming = plan.remindBeforeMs.map((ms) => dueAtMs - ms).filter((atMs) => atMs > nowMs);
  return coming.length === 0 ? rest : { ...rest, remindAtMs: Math.min(...coming) };
}

/** A deadline at one very moment. */
export function exactly(atMs: number) {
  return { afterMs: 0, notBeforeMs: atMs, notAfterMs: atMs };
}
