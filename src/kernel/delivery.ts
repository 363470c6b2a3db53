// One event on its way to one endpoint: a document that asks for work until somebody there has taken it; a
// message is a delivery to a buyer. Its states as a table, and what becomes of it after each attempt. Sends
// nothing.

import type { Document, DocumentWrite, Transaction } from '../engines/contract.ts';
import type { EndpointKind } from './endpoint.ts';
import { joined } from './join.ts';
import { type Plan, planned } from './plan.ts';
import { type RefusalCode, type Refused, refuse } from './refusals.ts';
import { asJson, nextOf } from './reservation.ts';
import { RETRY_FOR_MS, retryAfterMs } from './retry-schedule.ts';
import { disableWebhook } from './webhook.ts';

/** HELD: its endpoint is paused. */
export type DeliveryState = 'PENDING' | 'HELD' | 'DONE' | 'FAILED';
export type DeliveryVerbName = 'retry' | 'hold' | 'done' | 'fail' | 'replay';

const ON_ITS_WAY = 'delivery-pending';
const OVER = 'delivery-over';

/** For each state and verb the state that follows, or why not. */
export const DELIVERY_TRANSITIONS: Record<
  DeliveryState,
  Record<DeliveryVerbName, DeliveryState | RefusalCode>
> = {
  PENDING: { retry: 'PENDING', hold: 'HELD', done: 'DONE', fail: 'FAILED', replay: ON_ITS_WAY },
  HELD: { retry: 'PENDING', hold: 'HELD', done: 'DONE', fail: 'FAILED', replay: ON_ITS_WAY },
  DONE: { retry: OVER, hold: OVER, done: OVER, fail: OVER, replay: 'PENDING' },
  FAILED: { retry: OVER, hold: OVER, done: OVER, fail: OVER, replay: 'PENDING' },
};

export const DELIVERY_ENDS: ReadonlySet<string> = new Set<DeliveryState>(['DONE', 'FAILED']);

/** The kind of document that is made for each kind of endpoint. */
export const DELIVERY_KINDS = { webhook: 'delivery', notice: 'message' } as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[EndpointKind];

/** What came of one attempt. */
export interface AttemptData {
  atMs: number;
  /** What the endpoint answered; missing where it did not. */
  status?: number;
  /** What whoever took a message calls it. */
  reference?: string;
  /** Why there was no answer. */
  error?: string;
  tookMs: number;
  /** The beginning of what it said. */
  body?: string;
}

export interface DeliveryData {
  /** Its name; the kind of the delivery says which kind it is of. */
  endpoint: string;
  /** The event: the `index`th of the entry at `position`. */
  type: string;
  subject: string;
  position: number;
  index: number;
  atMs: number;
  /** When it is given up. */
  untilMs: number;
  /** Attempts that failed since it was made or replayed. */
  failures: number;
  /** The last attempts, newest last. */
  log?: AttemptData[];
  /** How often it was taken to be worked on (see turns.ts). */
  turns?: number;
}

/** How many attempts a delivery remembers. */
export const LOG_MAX = 10;

/** One that is held looks now and then whether it may go. */
export const HELD_LOOK_MS = 3_600_000;

export function deliveryData(document: Document): DeliveryData {
  return document.data as unknown as DeliveryData;
}

/** What a delivery goes to. */
export function endpointOf(document: Document): string {
  const kind: EndpointKind = document.kind === 'message' ? 'notice' : 'webhook';
  return `${kind}:${deliveryData(document).endpoint}`;
}

/** A delivery that nobody has made yet. */
export function newDelivery(
  id: string,
  data: Omit<DeliveryData, 'failures'>,
  { kind, held }: { kind: DeliveryKind; held: boolean },
): DocumentWrite {
  return {
    id,
    fresh: true,
    kind,
    state: held ? 'HELD' : 'PENDING',
    reference: data.endpoint,
    data: asJson({ ...data, failures: 0 }),
    deadline: { afterMs: held ? HELD_LOOK_MS : 0 },
  };
}

/** The endpoint has it. */
export function delivered(document: Document, attempt: AttemptData): Plan {
  return ended(document, 'done', logged(document, attempt));
}

/** Not this time: again later, or given up. */
export function notDelivered(
  document: Document,
  { attempt, random }: { attempt: AttemptData; random: number },
): Plan {
  const data = logged(document, attempt);
  data.failures += 1;
  const { failures, untilMs } = data;
  const nowMs = attempt.atMs + attempt.tookMs;
  const inTime = document.kind === 'message';
  const afterMs = retryAfterMs({ failures, nowMs, untilMs, random, inTime });
  if (afterMs === undefined) return ended(document, 'fail', data);
  return goesOn(document, 'retry', { data, afterMs });
}

/** The endpoint is gone, and is told of nothing more. */
export function endpointGone(document: Document, attempt: AttemptData, endpoint: Document): Plan {
  const over = ended(document, 'fail', logged(document, attempt));
  const disabled = disableWebhook(endpoint);
  if (!over.ok || !disabled.ok) return over;
  return planned(joined(over.transaction, disabled.transaction));
}

/** Nobody may send it any more. */
export function undeliverable(document: Document, attempt: AttemptData): Plan {
  return ended(document, 'fail', logged(document, attempt));
}

/** There is no place for it now; that is no attempt. */
export function putOff(document: Document, afterMs: number): Plan {
  return goesOn(document, 'retry', { data: deliveryData(document), afterMs });
}

/** Its endpoint is paused. */
export function hold(document: Document): Plan {
  return goesOn(document, 'hold', { data: deliveryData(document), afterMs: HELD_LOOK_MS });
}

/** Its endpoint is in use again. */
export function release(document: Document): Plan {
  return goesOn(document, 'retry', { data: deliveryData(document), afterMs: 0 });
}

/** Sends one again that is over, until then or for another three days. */
export function replay(document: Document, nowMs: number, untilMs = nowMs + RETRY_FOR_MS): Plan {
  const data = { ...deliveryData(document), failures: 0, untilMs };
  const plan = goesOn(document, 'replay', { data, afterMs: 0 });
  if (!plan.ok) return plan;
  const events = [{ type: 'delivery.replayed', subject: document.id }];
  return planned({ ...plan.transaction, events });
}

function logged(document: Document, attempt: AttemptData): DeliveryData {
  const data = deliveryData(document);
  return { ...data, log: [...(data.log ?? []), attempt].slice(-LOG_MAX) };
}

function ended(document: Document, verb: 'done' | 'fail', data: DeliveryData): Plan {
  const next = deliveryTransition(document, verb);
  if (!next.ok) return next;
  const { endpoint, type, log } = data;
  const said =
    document.kind === 'message'
      ? { notice: endpoint, type, error: log?.at(-1)?.error ?? 'unknown' }
      : { endpoint, type };
  const failed = { type: 'delivery.failed', subject: document.id, data: said };
  return planned({
    ...written(document, { ...nextOf(document, next.state, asJson(data)), final: true }),
    events: verb === 'fail' ? [failed] : [],
  });
}

function goesOn(
  document: Document,
  verb: 'retry' | 'hold' | 'replay',
  { data, afterMs }: { data: DeliveryData; afterMs: number },
): Plan {
  const next = deliveryTransition(document, verb);
  if (!next.ok) return next;
  const write = { ...nextOf(document, next.state, asJson(data)), deadline: { afterMs } };
  return planned(written(document, write));
}

function written({ id, version }: Document, write: DocumentWrite): Transaction {
  return { guards: [{ document: id, version }], writes: [write], events: [] };
}

function deliveryTransition(
  { id, state }: Document,
  verb: DeliveryVerbName,
): { ok: true; state: DeliveryState } | Refused {
  const next = DELIVERY_TRANSITIONS[state as DeliveryState][verb];
  if (next in DELIVERY_TRANSITIONS) return { ok: true, state: next as DeliveryState };
  return refuse(next as RefusalCode, { delivery: id, deliveryStatus: state });
}
