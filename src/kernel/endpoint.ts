// What webhooks and notices have in common: a document with a name that is told of events, from a place of
// the journal on. Which events one wants, how it is laid down, and the one cursor behind which all of them
// have their deliveries. Calls nobody.

import type { Document, DocumentWrite, Guard, JsonObject } from '../engines/contract.ts';
import { invalid } from './check-command.ts';
import { type Plan, planned } from './plan.ts';
import type { Refused } from './refusals.ts';
import { asJson } from './reservation.ts';

/** Kinds of documents that are told of events. */
export type EndpointKind = 'webhook' | 'notice';
export const ENDPOINT_KINDS: readonly EndpointKind[] = ['webhook', 'notice'];

export interface EndpointData {
  /** Types of events, `order.*` for all of a kind, `*` for all. */
  events: string[];
  /** It is told of what came after this position of the journal. */
  after: number;
}

/** The position of the journal up to which deliveries were made, in a document of its own. */
export const CURSOR_ID = 'cursor:webhooks';

export function endpointName({ id }: Pick<Document, 'id'>): string {
  return id.slice(id.indexOf(':') + 1);
}

export function endpointData(document: Document): EndpointData {
  return document.data as unknown as EndpointData;
}

/** Whether deliveries are made for it. */
export function isInUse(document: Document | undefined): boolean {
  return document?.state === 'ACTIVE' || document?.state === 'PAUSED';
}

/** Whether it is there for those who ask. */
export function isStanding(document: Document | undefined): document is Document {
  return document !== undefined && document.state !== 'REMOVED';
}

export function cursorPosition(cursor: Document): number {
  return (cursor.data as { position: number }).position;
}

/** Writes how far deliveries were made; whoever planned on another version is refused. */
export function moveCursor(cursor: Document, position: number) {
  const guards: Guard[] = [{ document: CURSOR_ID, version: cursor.version }];
  return { guards, writes: [cursorAt(position)] };
}

const EVENTS_MAX = 50;
const EVENT = /^(?:\*|[a-z]+(?:-[a-z]+)*\.(?:\*|[a-z]+(?:-[a-z]+)*))$/;

export function checkEvents(events: unknown): Refused | undefined {
  if (!Array.isArray(events) || events.length === 0 || events.length > EVENTS_MAX) {
    return invalid('events', `1 to ${EVENTS_MAX} types of events`);
  }
  const wrong = events.findIndex((type) => typeof type !== 'string' || !EVENT.test(type));
  if (wrong < 0) return undefined;
  return invalid(`events/${wrong}`, 'a type such as order.shipped, or order.*, or *');
}

/** What becomes of endpoints and deliveries is told to none. */
const OWN_EVENTS = /^(?:webhook|notice|delivery)\./;

/** Whether an endpoint asked for this type. */
export function wantsEvent({ events }: Pick<EndpointData, 'events'>, type: string): boolean {
  if (OWN_EVENTS.test(type)) return false;
  return events.some((asked) => {
    if (asked === '*' || asked === type) return true;
    return asked.endsWith('.*') && type.startsWith(asked.slice(0, -1));
  });
}

/** What is there before an endpoint is laid down. */
export interface EndpointContext {
  found: Document | undefined;
  cursor: Document | undefined;
  /** The end of the journal as it is known. */
  position: number;
}

export interface LaidDown {
  kind: EndpointKind;
  id: string;
  state: 'ACTIVE' | 'PAUSED';
  /** All but the place in the journal. */
  data: { events: string[] };
  /** Which events tell of it. */
  created: string;
  changed: string;
}

/** The state that a caller asked for; without a word a pause lasts. */
export function stateAsked(
  asked: 'ACTIVE' | 'PAUSED' | undefined,
  found: Document | undefined,
): 'ACTIVE' | 'PAUSED' {
  return asked ?? (found?.state === 'PAUSED' ? 'PAUSED' : 'ACTIVE');
}

/** Creates it, or changes it. One that was out of use is told of what comes from now on. */
export function layDown(
  { kind, id, state, data, created, changed }: LaidDown,
  { found, cursor, position }: EndpointContext,
): Plan {
  const after = found !== undefined && isInUse(found) ? endpointData(found).after : position;
  const guards: Guard[] = [endpointGuard(id, found)];
  const writes: DocumentWrite[] = [{ id, kind, state, data: asJson({ ...data, after }) }];
  if (cursor === undefined) {
    guards.push({ document: CURSOR_ID, absent: true });
    writes.push(cursorAt(position));
  }
  const type = isStanding(found) ? changed : created;
  return planned({ guards, writes, events: [{ type, subject: id }] });
}

/** Its next version, which tells one event of it. */
export function endpointChanged(
  document: Document,
  { state, data, event }: { state: string; data: object; event: string },
): Plan {
  const { id, kind } = document;
  return planned({
    guards: [endpointGuard(id, document)],
    writes: [{ id, kind, state, data: asJson(data) as JsonObject }],
    events: [{ type: event, subject: id }],
  });
}

function cursorAt(position: number): DocumentWrite {
  return { id: CURSOR_ID, kind: 'cursor', state: 'ACTIVE', data: { position } };
}

function endpointGuard(id: string, found: Document | undefined): Guard {
  return found === undefined
    ? { document: id, absent: true }
    : { document: id, version: found.version };
}
