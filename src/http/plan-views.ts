// Reads and shows plans for pre-orders and the stages of orders in the outside format. Changes names and
// notations only.

import type { PlanTerms, PutPlanCommand, StageTerms } from '../kernel/plan-terms.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import type { OrderPlanView, PreorderPlan } from '../orders/plan-view.ts';
import { DURATION_EXPECTED, formatDuration, parseDurationMs } from './duration.ts';
import { formatInstant, INSTANT_EXPECTED, parseInstantMs } from './instant.ts';
import type { OrderOutside } from './shapes/order-shapes.ts';
import type { PlanBodyOutside, PlanOutside, StageOutside } from './shapes/plan-shapes.ts';

/** Reads the times of a body; one that is none is refused with its field. */
export function readPlan(
  plan: string,
  body: PlanBodyOutside,
): { ok: true; value: PutPlanCommand } | Refused {
  const { stages, refund, launchAt, grace, notice, remindBefore } = body;
  const reading = new Reading();
  const times: Partial<PlanTerms> = {};
  const launchAtMs = reading.instant('launchAt', launchAt);
  const graceMs = reading.duration('grace', grace);
  const noticeMs = reading.duration('notice', notice);
  if (launchAtMs !== undefined) times.launchAtMs = launchAtMs;
  if (graceMs !== undefined) times.graceMs = graceMs;
  if (noticeMs !== undefined) times.noticeMs = noticeMs;
  if (remindBefore !== undefined) {
    times.remindBeforeMs = remindBefore.map(
      (text, index) => reading.duration(`remindBefore/${index}`, text) ?? 0,
    );
  }
  const terms = stages.map((stage, index) => readStage(reading, stage, `stages/${index}`));
  if (reading.wrong !== undefined) return reading.wrong;
  return { ok: true, value: { plan, stages: terms, refund, ...times } };
}

export function readLaunch(text: string): { ok: true; value: number } | Refused {
  const launchAtMs = parseInstantMs(text);
  if (launchAtMs !== undefined) return { ok: true, value: launchAtMs };
  return refuse('invalid-request', { field: 'launchAt', expected: INSTANT_EXPECTED });
}

export function showPlan(plan: PreorderPlan): PlanOutside {
  const { stages, launchAtMs, graceMs, noticeMs, remindBeforeMs, ...rest } = plan;
  return {
    ...rest,
    stages: stages.map(showStage),
    ...(launchAtMs === undefined ? {} : { launchAt: formatInstant(launchAtMs) }),
    grace: formatDuration(graceMs),
    notice: formatDuration(noticeMs),
    remindBefore: remindBeforeMs.map(formatDuration),
  };
}

export function showOrderPlan(plan: OrderPlanView): NonNullable<OrderOutside['plan']> {
  const { stages, launchAtMs, remindAtMs, ...rest } = plan;
  return {
    ...rest,
    ...(launchAtMs === undefined ? {} : { launchAt: formatInstant(launchAtMs) }),
    stages: stages.map(({ dueAtMs, ...stage }) => ({
      ...stage,
      ...(dueAtMs === undefined ? {} : { dueAt: formatInstant(dueAtMs) }),
    })),
    ...(remindAtMs === undefined ? {} : { remindAt: formatInstant(remindAtMs) }),
  };
}

/** Keeps the first mistake. */
class Reading {
  wrong: Refused | undefined;

  duration(field: string, text: string | undefined): number | undefined {
    return this.#read(field, text, { read: parseDurationMs, expected: DURATION_EXPECTED });
  }

  instant(field: string, text: string | undefined): number | undefined {
    return this.#read(field, text, { read: parseInstantMs, expected: INSTANT_EXPECTED });
  }

  #read(
    field: string,
    text: string | undefined,
    { read, expected }: { read: (text: string) => number | undefined; expected: string },
  ): number | undefined {
    if (text === undefined) return undefined;
    const ms = read(text);
    if (ms === undefined) this.wrong ??= refuse('invalid-request', { field, expected });
    return ms;
  }
}

function readStage(reading: Reading, stage: StageOutside, field: string): StageTerms {
  const { dueAt, dueAfterDeposit, dueBeforeLaunch, rest, ...said } = stage;
  const read = {
    dueAtMs: reading.instant(`${field}/dueAt`, dueAt),
    dueAfterDepositMs: reading.duration(`${field}/dueAfterDeposit`, dueAfterDeposit),
    dueBeforeLaunchMs: reading.duration(`${field}/dueBeforeLaunch`, dueBeforeLaunch),
  };
  const known = Object.entries(read).filter(([, ms]) => ms !== undefined);
  return { ...said, ...(rest === true ? { rest } : {}), ...Object.fromEntries(known) };
}

function showStage(stage: StageTerms): StageOutside {
  const { dueAtMs, dueAfterDepositMs, dueBeforeLaunchMs, ...said } = stage;
  return {
    ...said,
    ...(dueAtMs === undefined ? {} : { dueAt: formatInstant(dueAtMs) }),
    ...(dueAfterDepositMs === undefined
      ? {}
      : { dueAfterDeposit: formatDuration(dueAfterDepositMs) }),
    ...(dueBeforeLaunchMs === undefined
      ? {}
      : { dueBeforeLaunch: formatDuration(dueBeforeLaunchMs) }),
  };
}
