// Makes the deliveries of what stands in the journal after the cursor, and moves the cursor behind it, in
// one transaction: every event makes its delivery once, whoever does it and whenever that one dies.

import type { Document, DocumentWrite, Entry, Guard, Transaction } from '../engines/contract.ts';
import { DELIVERY_KINDS, newDelivery } from './delivery.ts';
import {
  cursorPosition,
  type EndpointKind,
  endpointData,
  endpointName,
  moveCursor,
  wantsEvent,
} from './endpoint.ts';
import { worthUntilMs } from './notice.ts';
import { RETRY_FOR_MS } from './retry-schedule.ts';

export interface Scanned {
  cursor: Document;
  endpoints: readonly Document[];
  /** What follows the cursor, or what is known to hold nothing for anybody. */
  entries: readonly Entry[];
  nowMs: number;
  newId: () => string;
}

export interface Made {
  /** The last entry that was looked at. */
  position: number;
  deliveries: number;
  transaction: Transaction;
}

/** More are left to the next transaction; those of one entry are never parted. */
export const DELIVERIES_AT_ONCE = 200;

export function makeDeliveries({ cursor, endpoints, entries, nowMs, newId }: Scanned): Made {
  const writes: DocumentWrite[] = [];
  const concerned = new Map<string, Guard>();
  let position = cursorPosition(cursor);
  for (const entry of entries) {
    position = entry.position;
    for (const endpoint of endpoints) {
      const of = { entry, endpoint, nowMs, newId };
      const made = deliveriesOf(of);
      if (made.length === 0) continue;
      writes.push(...made);
      // Paused, changed or taken away meanwhile: then it is looked at again.
      concerned.set(endpoint.id, { document: endpoint.id, version: endpoint.version });
    }
    if (writes.length >= DELIVERIES_AT_ONCE) break;
  }
  const moved = moveCursor(cursor, position);
  return {
    position,
    deliveries: writes.length,
    transaction: {
      guards: [...moved.guards, ...concerned.values()],
      writes: [...moved.writes, ...writes],
      events: [],
    },
  };
}

function deliveriesOf({
  entry,
  endpoint,
  nowMs,
  newId,
}: Pick<Scanned, 'nowMs' | 'newId'> & { entry: Entry; endpoint: Document }): DocumentWrite[] {
  const asked = endpointData(endpoint);
  if (entry.position <= asked.after) return [];
  const { position, atMs } = entry;
  const made = {
    kind: DELIVERY_KINDS[endpoint.kind as EndpointKind],
    held: endpoint.state === 'PAUSED',
  };
  const untilMs = endpoint.kind === 'notice' ? worthUntilMs(endpoint, atMs) : nowMs + RETRY_FOR_MS;
  return entry.events.flatMap(({ type, subject }, index) => {
    if (!wantsEvent(asked, type)) return [];
    const of = { endpoint: endpointName(endpoint), type, subject, position, index, atMs, untilMs };
    return [newDelivery(newId(), of, made)];
  });
}
