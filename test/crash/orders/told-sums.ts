// Compares what an endpoint was told with the journal: every event at least once, and none that is not there.

import type { Receiver } from '../../support/receiver.ts';
import type { OrderBooks } from './order-books.ts';

const told = new WeakMap<Receiver, Set<string>>();

export function toldProblems({ events }: OrderBooks, receiver: Receiver): string[] {
  const arrived = told.get(receiver) ?? new Set<string>();
  told.set(receiver, arrived);
  // Bodies of many rounds would fill the memory.
  for (const { event } of receiver.received.splice(0)) {
    arrived.add(`${event.position}/${event.index}`);
  }
  return [
    ...[...events].filter((event) => !arrived.has(event)).map((at) => `event ${at} did not arrive`),
    ...[...arrived].filter((at) => !events.has(at)).map((at) => `event ${at} is in no journal`),
  ];
}
