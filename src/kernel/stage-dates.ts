// The due dates of a pre-order's stages: known once the deposit is paid, moved with the launch. Dates
// of what is left never run backwards from stage to stage, and a paid stage keeps its own.

import { type OrderPlan, type OrderStage, stagesPaid, withReminder } from './preorder.ts';

/** The dates that are known without a deposit, for an order that is made now. */
export function datesAtOrder(plan: OrderPlan): OrderPlan {
  const [first, ...others] = plan.stages;
  const dueAtMs = fixedDate(plan, first!);
  return dueAtMs === undefined ? plan : { ...plan, stages: [{ ...first!, dueAtMs }, ...others] };
}

/**
 * The dates of what is left once the deposit is paid. One that lies too near, because the order was late,
 * leaves as much time as the plan's notice.
 */
export function datesAtDeposit(plan: OrderPlan, depositAtMs: number): OrderPlan {
  const nearestMs = depositAtMs + plan.noticeMs;
  return dated(plan, (stage) => {
    const { dueAfterDepositMs } = stage.due;
    if (dueAfterDepositMs !== undefined) return depositAtMs + dueAfterDepositMs;
    return Math.max(fixedDate(plan, stage) ?? nearestMs, nearestMs);
  });
}

/** The dates after the launch has moved: nearer, but not nearer than the notice. */
export function datesAtLaunch(
  plan: OrderPlan,
  { launchAtMs, revision, nowMs }: { launchAtMs: number; revision: number; nowMs: number },
): OrderPlan {
  const moved: OrderPlan = { ...plan, launchAtMs, revision };
  const next = dated(moved, (stage) => {
    const { dueAtMs: before, due } = stage;
    if (before === undefined || due.dueBeforeLaunchMs === undefined) return before;
    const wantedMs = launchAtMs - due.dueBeforeLaunchMs;
    // One that was nearer anyway stays where it was.
    return Math.max(wantedMs, Math.min(before, nowMs + plan.noticeMs));
  });
  return withReminder(next, nowMs);
}

function fixedDate({ launchAtMs }: OrderPlan, { due }: OrderStage): number | undefined {
  const { dueAtMs, dueBeforeLaunchMs } = due;
  if (dueAtMs !== undefined) return dueAtMs;
  if (dueBeforeLaunchMs === undefined || launchAtMs === undefined) return undefined;
  return launchAtMs - dueBeforeLaunchMs;
}

function dated(plan: OrderPlan, date: (stage: OrderStage) => number | undefined): OrderPlan {
  const paid = stagesPaid(plan);
  let earliestMs = 0;
  const stages = plan.stages.map((stage, index) => {
    const wantedMs = index < paid ? undefined : date(stage);
    if (wantedMs === undefined) return stage;
    earliestMs = Math.max(earliestMs, wantedMs);
    return { ...stage, dueAtMs: earliestMs };
  });
  return { ...plan, stages };
}
