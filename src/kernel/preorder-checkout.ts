// Makes a pre-order of an order that is about to be written: its plan is frozen, and its units are held
// until its first stage must be paid.

import type { Document, Transaction } from '../engines/contract.ts';
import { type OrderData, orderTotal } from './order.ts';
import type { OrderCommand } from './order-commands.ts';
import { type Plan, planned } from './plan.ts';
import { planData, planId } from './plan-terms.ts';
import { exactly, plannedStages, stageEndMs, withReminder } from './preorder.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import { datesAtOrder } from './stage-dates.ts';

/** Adds a plan to the transaction of a checkout that holds units. */
export function preorder(
  transaction: Transaction,
  command: OrderCommand,
  { plan: found, nowMs }: { plan: Document; nowMs: number },
): Plan {
  const order = transaction.writes!.find(({ kind }) => kind === 'order')!;
  const data = order.data as unknown as OrderData;
  const total = orderTotal(
    data,
    command.lines.map(({ quantity }) => quantity),
  );
  if (total === undefined || total.amount === 0) return refuse('nothing-to-pay', {});
  const { terms, revision } = planData(found);
  const frozen = plannedStages({ name: command.plan!, revision, terms }, total);
  const plan = withReminder(datesAtOrder(frozen), nowMs);
  const endMs = stageEndMs(plan);
  const owners = [...(order.owners ?? []), planId(plan.name)];
  const written = { ...order, owners, data: asJson({ ...data, plan }) };
  if (plan.remindAtMs !== undefined) written.deadline = exactly(plan.remindAtMs);
  const writes = transaction.writes!.map((write) => {
    if (write === order) return written;
    if (write.id !== data.reservation || endMs === undefined) return write;
    // A date that is past, or nearly, leaves the time that any order has.
    return { ...write, deadline: { ...write.deadline!, notBeforeMs: endMs } };
  });
  return planned({
    ...transaction,
    // Who orders while the launch moves has either date, never one between.
    guards: [...(transaction.guards ?? []), { document: found.id, version: found.version }],
    writes,
  });
}
