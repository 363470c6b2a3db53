// How far the journal has been carried to one place, and by which server: a document with a name. Its
// version keeps two servers from moving it, so that nothing is left out; a lease, by the engine's clock,
// keeps two from carrying the same at the same time, which would only repeat it. Calls nobody.

import type { Document, DocumentId, DocumentWrite, Guard } from '../engines/contract.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';

export interface RelayCursorData {
  /** Everything up to this position of the journal has arrived. */
  position: number;
  /** Where it has arrived; what is called the same and is another place gets all from the beginning. */
  place: string;
  /** The server at work. */
  relay?: string;
  /** Until when no other one begins. */
  untilMs?: number;
}

export function relayCursorId(name: string): DocumentId {
  return `cursor:relay-${name}`;
}

export function relayCursorData(document: Document): RelayCursorData {
  return document.data as unknown as RelayCursorData;
}

export interface Claiming {
  id: DocumentId;
  found: Document | undefined;
  place: string;
  relay: string;
  nowMs: number;
  forMs: number;
}

/** Takes the work on, unless another server is at it. */
export function claimRelay({ id, found, place, relay, nowMs, forMs }: Claiming): Plan {
  const before = found === undefined ? undefined : relayCursorData(found);
  if (before?.relay !== undefined && before.relay !== relay && before.untilMs! > nowMs) {
    return refuse('contended');
  }
  const position = before?.place === place ? before.position : 0;
  const guard: Guard =
    found === undefined ? { document: id, absent: true } : { document: id, version: found.version };
  const data: RelayCursorData = { position, place, relay, untilMs: nowMs + forMs };
  return planned({ guards: [guard], writes: [writeOf(id, data)], events: [] });
}

/** Everything up to there has arrived; goes on for so long, or lets go of it. */
export function moveRelayCursor(
  cursor: Document,
  { position, untilMs }: { position: number; untilMs: number | undefined },
): Plan {
  const { place, relay } = relayCursorData(cursor);
  const data: RelayCursorData = { position, place };
  if (untilMs !== undefined) Object.assign(data, { relay, untilMs });
  return planned({
    guards: [{ document: cursor.id, version: cursor.version }],
    writes: [writeOf(cursor.id, data)],
    events: [],
  });
}

function writeOf(id: DocumentId, data: RelayCursorData): DocumentWrite {
  return { id, kind: 'cursor', state: 'ACTIVE', data: asJson(data) };
}
