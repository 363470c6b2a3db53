// The bounds of plans for pre-orders: what is refused before anything is looked at, with the field that
// is wrong.

import { checkMoment, checkPool, checkText, checkWhole, invalid } from './check-command.ts';
import type { MoveLaunchCommand, PutPlanCommand, RefundTerms, StageTerms } from './plan-terms.ts';
import type { Refused } from './refusals.ts';

type Checked = Refused | undefined;

const STAGES_MAX = 24;
const REMINDERS_MAX = 10;
/** Five years. */
const SPAN_MAX_MS = 5 * 366 * 86_400_000;
/** The year 9999, which four digits can name. */
const MOMENT_MAX_MS = 253_402_300_799_999;

export function checkPlan(command: PutPlanCommand): Checked {
  const { stages, launchAtMs } = command;
  const wrong =
    checkPool(command.plan, 'plan') ??
    checkMoment(launchAtMs, 'launchAt', MOMENT_MAX_MS) ??
    checkSpan(command.graceMs, 'grace') ??
    checkSpan(command.noticeMs, 'notice') ??
    checkReminders(command.remindBeforeMs) ??
    checkList(stages, 'stages', STAGES_MAX);
  if (wrong !== undefined) return wrong;
  const names = new Set<string>();
  for (const [index, stage] of stages.entries()) {
    const off = checkStage(stage, { index, last: index === stages.length - 1, launchAtMs });
    if (off !== undefined) return off;
    if (names.has(stage.name)) return invalid(`stages/${index}/name`, 'another name for each');
    names.add(stage.name);
  }
  return checkRefund(command.refund, stages.length);
}

export function checkMoveLaunch({ plan, launchAtMs }: MoveLaunchCommand): Checked {
  return checkPool(plan, 'plan') ?? checkWhole(launchAtMs, 'launchAt', 0, MOMENT_MAX_MS);
}

interface Place {
  index: number;
  last: boolean;
  launchAtMs: number | undefined;
}

function checkStage(stage: StageTerms, { index, last, launchAtMs }: Place): Checked {
  const field = `stages/${index}`;
  if (typeof stage !== 'object' || stage === null) return invalid(field, 'an object');
  const { name, amount, basisPoints, rest } = stage;
  const wrong = typeof name === 'string' ? checkText(name, `${field}/name`, 64) : NO_NAME(field);
  if (wrong !== undefined) return wrong;
  if (last !== (rest === true)) {
    return invalid(`${field}/rest`, last ? 'true: the last stage is the rest' : 'the last stage');
  }
  if ([amount, basisPoints, rest].filter((one) => one !== undefined).length !== 1) {
    return invalid(`${field}/amount`, 'an amount, or basisPoints, or rest');
  }
  const off =
    (amount === undefined
      ? undefined
      : checkWhole(amount, `${field}/amount`, 1, Number.MAX_SAFE_INTEGER)) ??
    (basisPoints === undefined
      ? undefined
      : checkWhole(basisPoints, `${field}/basisPoints`, 1, 10_000));
  return off ?? checkDue(stage, { index, last, launchAtMs });
}

const NO_NAME = (field: string) => invalid(`${field}/name`, 'text of 1 to 64 characters');

function checkDue(stage: StageTerms, { index, launchAtMs }: Place): Checked {
  const field = `stages/${index}`;
  const { dueAtMs, dueAfterDepositMs, dueBeforeLaunchMs } = stage;
  const said = [dueAtMs, dueAfterDepositMs, dueBeforeLaunchMs].filter((one) => one !== undefined);
  // A deposit is due while the order is held as any other; what comes later must say when.
  if (said.length > 1 || (said.length === 0 && index > 0)) {
    return invalid(`${field}/dueAt`, 'one of dueAt, dueAfterDeposit, dueBeforeLaunch');
  }
  if (dueAfterDepositMs !== undefined && index === 0) {
    return invalid(`${field}/dueAfterDeposit`, 'a later stage');
  }
  if (dueBeforeLaunchMs !== undefined && launchAtMs === undefined) {
    return invalid('launchAt', 'a time, where a stage is due before the launch');
  }
  return (
    checkMoment(dueAtMs, `${field}/dueAt`, MOMENT_MAX_MS) ??
    checkSpan(dueAfterDepositMs, `${field}/dueAfterDeposit`) ??
    checkSpan(dueBeforeLaunchMs, `${field}/dueBeforeLaunch`)
  );
}

function checkRefund(refund: readonly RefundTerms[], stages: number): Checked {
  const wrong = checkList(refund, 'refund', stages);
  if (wrong !== undefined) return wrong;
  for (const [index, terms] of refund.entries()) {
    if (terms === 'kept' || terms === 'full') continue;
    const off =
      typeof terms === 'object' && terms !== null
        ? checkWhole(terms.basisPoints, `refund/${index}/basisPoints`, 0, 10_000)
        : invalid(`refund/${index}`, 'kept, full, or {basisPoints}');
    if (off !== undefined) return off;
  }
  return undefined;
}

function checkReminders(reminders: readonly number[] | undefined): Checked {
  if (reminders === undefined) return undefined;
  if (!Array.isArray(reminders) || reminders.length > REMINDERS_MAX) {
    return invalid('remindBefore', `at most ${REMINDERS_MAX}`);
  }
  for (const [index, ms] of reminders.entries()) {
    const wrong = checkWhole(ms, `remindBefore/${index}`, 0, SPAN_MAX_MS);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function checkList(list: readonly unknown[], field: string, max: number): Checked {
  if (Array.isArray(list) && list.length > 0 && list.length <= max) return undefined;
  return invalid(field, `1 to ${max}`);
}

function checkSpan(ms: number | undefined, field: string): Checked {
  return ms === undefined ? undefined : checkWhole(ms, field, 0, SPAN_MAX_MS);
}
