// How much of a history really happened at the same time: a checker of concurrent histories that sees
// none of it proves nothing.

import type { Operation } from './operation.ts';

/** How many operations were open while another one was. One that was never answered ends with the next of its client. */
export function overlapping(operations: readonly Operation[]): number {
  const ends = new Map<number, number>();
  for (const { client, invoked, index, completed } of operations) {
    const next = operations.find((each) => each.client === client && each.invoked > invoked);
    ends.set(index, completed ?? next?.invoked ?? invoked);
  }
  const overlaps = (a: Operation, b: Operation) =>
    a.index !== b.index && a.invoked < ends.get(b.index)! && b.invoked < ends.get(a.index)!;
  return operations.filter((a) => operations.some((b) => overlaps(a, b))).length;
}
