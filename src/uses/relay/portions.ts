// Parts events into portions that are sent at once, by their size. Changes no order and leaves none out.

import type { RelayedEvent } from './event-publisher.ts';

/** A broker takes a megabyte at once, unless it is set otherwise. */
const CHARS_MAX = 400_000;

export function* inPortions(events: readonly RelayedEvent[]): Generator<RelayedEvent[]> {
  let portion: RelayedEvent[] = [];
  let chars = 0;
  for (const event of events) {
    if (portion.length > 0 && chars + event.value.length > CHARS_MAX) {
      yield portion;
      portion = [];
      chars = 0;
    }
    portion.push(event);
    chars += event.value.length;
  }
  if (portion.length > 0) yield portion;
}
