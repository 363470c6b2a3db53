// Whether a crowd was served in the order in which it came: of each product the winners are the first of its
// line, as many as there were units; each order that was answered has a turn, and was decided once. Pure.

import type { Stamp } from '../../support/carriers.ts';
import type { Asked } from './queue-crowd.ts';

export interface Judged {
  asked: readonly Asked[];
  /** As the carrier has them, those of a product in their order. */
  stamps: readonly Stamp[];
  /** Events of the journal, in order. */
  events: readonly { type: string; subject: string }[];
  units: ReadonlyMap<string, number>;
}

const DECISIONS = new Set(['order.reserved', 'order.refused', 'order.expired', 'order.cancelled']);

export function judgeQueue({ asked, stamps, events, units }: Judged): string[] {
  const wrong: string[] = [];
  const decisions = Map.groupBy(
    events.filter(({ type }) => DECISIONS.has(type)),
    ({ subject }) => subject,
  );
  const left = new Map(units);
  const seen = new Set<string>();
  for (const { order, product } of stamps) {
    const before = left.get(product);
    if (seen.has(order) || before === undefined) continue;
    seen.add(order);
    const expected = before > 0 ? 'order.reserved' : 'order.refused';
    const told = (decisions.get(order) ?? []).map(({ type }) => type);
    if (told.length !== 1 || told[0] !== expected) {
      wrong.push(`${order} of ${product} is ${told.join() || 'undecided'}, not ${expected}`);
    }
    if (before > 0) left.set(product, before - 1);
  }
  for (const { order } of asked)
    if (!seen.has(order)) wrong.push(`the turn of ${order} is missing`);
  return wrong;
}
