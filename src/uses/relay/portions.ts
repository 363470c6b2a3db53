// Parts events into portions that are sent at once, by their size. Changes no order and leaves none out.

import type { RelayedEvent } from './event-publisher.ts';

export type Portion = RelayedEvent[];

/** A broker takes a megabyte for one partition, unless it is set otherwise. */
const BYTES_MAX = 700_000;
/** Key, headers and what the protocol adds. */
const BYTES_BESIDE = 250;

export function* inPortions(events: readonly RelayedEvent[]): Generator<Portion> {
  let portion: Portion = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.value) + BYTES_BESIDE;
    if (portion.length > 0 && bytes + size > BYTES_MAX) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(event);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}
