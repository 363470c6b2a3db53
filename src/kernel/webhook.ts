// An endpoint that is told of events: a document with a name. Its states, the verbs that lead from one to
// another, and which events it wants. Calls nobody.

import type { Document, DocumentWrite, Guard, JsonObject } from '../engines/contract.ts';
import { type Plan, planned } from './plan.ts';
import { type RefusalCode, type Refused, refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import type { WebhookCommand } from './webhook-commands.ts';

/** DISABLED: it said that it is gone (410). REMOVED: somebody took it away; its name may be used again. */
export type WebhookState = 'ACTIVE' | 'PAUSED' | 'DISABLED' | 'REMOVED';
export type WebhookVerbName = 'activate' | 'pause' | 'rotate' | 'disable' | 'remove';

const STANDING = {
  activate: 'ACTIVE',
  pause: 'PAUSED',
  disable: 'DISABLED',
  remove: 'REMOVED',
} as const;
const UNKNOWN = 'unknown-webhook';

/** For each state and verb the state that follows, or why not. */
export const WEBHOOK_TRANSITIONS: Record<
  WebhookState,
  Record<WebhookVerbName, WebhookState | RefusalCode>
> = {
  ACTIVE: { ...STANDING, rotate: 'ACTIVE' },
  PAUSED: { ...STANDING, rotate: 'PAUSED' },
  DISABLED: { ...STANDING, rotate: 'DISABLED' },
  REMOVED: { ...STANDING, rotate: UNKNOWN, disable: UNKNOWN, remove: UNKNOWN },
};

export interface WebhookData {
  url: string;
  /** Types of events, `order.*` for all of a kind, `*` for all. */
  events: string[];
  /** Signs what is sent. Standard Webhooks: `whsec_` and 32 bytes in base64. */
  secret?: string;
  /** The one before, which signs too until then. */
  previous?: { secret: string; untilMs: number };
  /** It is told of what came after this position of the journal. */
  after: number;
}

/** How long the secret before signs beside the new one. */
export const PREVIOUS_SECRET_MS = 24 * 3_600_000;

/** The position of the journal up to which deliveries were made, in a document of its own. */
export const CURSOR_ID = 'cursor:webhooks';

export function webhookId(name: string): string {
  return `webhook:${name}`;
}

export function webhookName({ id }: Pick<Document, 'id'>): string {
  return id.slice('webhook:'.length);
}

export function webhookData(document: Document): WebhookData {
  return document.data as unknown as WebhookData;
}

export function cursorPosition(cursor: Document): number {
  return (cursor.data as { position: number }).position;
}

/** Writes how far deliveries were made; whoever planned on another version is refused. */
export function moveCursor(
  cursor: Document,
  position: number,
): Pick<Deciding, 'guards' | 'writes'> {
  return {
    guards: [{ document: CURSOR_ID, version: cursor.version }],
    writes: [{ id: CURSOR_ID, kind: 'cursor', state: 'ACTIVE', data: { position } }],
  };
}

interface Deciding {
  guards: Guard[];
  writes: DocumentWrite[];
}

/** Whether an endpoint asked for this type. What becomes of endpoints and deliveries is told to none. */
export function wantsEvent({ events }: Pick<WebhookData, 'events'>, type: string): boolean {
  if (type.startsWith('webhook.') || type.startsWith('delivery.')) return false;
  return events.some((asked) => {
    if (asked === '*' || asked === type) return true;
    return asked.endsWith('.*') && type.startsWith(asked.slice(0, -1));
  });
}

export interface PutWebhookContext {
  found: Document | undefined;
  cursor: Document | undefined;
  /** For one that is new. */
  secret: string;
  /** The end of the journal as it is known. */
  position: number;
}

/** Creates an endpoint, or changes it. One that was out of use is told of what comes from now on. */
export function putWebhook(command: WebhookCommand, context: PutWebhookContext): Plan {
  const { found, cursor, secret, position } = context;
  const state = command.state ?? (found?.state === 'PAUSED' ? 'PAUSED' : 'ACTIVE');
  const inUse = found?.state === 'ACTIVE' || found?.state === 'PAUSED';
  const isNew = found === undefined || found.state === 'REMOVED';
  const data: WebhookData = {
    ...(isNew ? { secret } : webhookData(found)),
    url: command.url,
    events: command.events,
    after: inUse ? webhookData(found).after : position,
  };
  const guards: Guard[] = [guardOf(webhookId(command.webhook), found)];
  const writes = [writeOf(command.webhook, state, data)];
  if (cursor === undefined) {
    guards.push({ document: CURSOR_ID, absent: true });
    writes.push({ id: CURSOR_ID, kind: 'cursor', state: 'ACTIVE', data: { position } });
  }
  const type = isNew ? 'webhook.created' : 'webhook.changed';
  return planned({ guards, writes, events: [{ type, subject: webhookId(command.webhook) }] });
}

/** As it may be shown to whoever reads documents as they are. */
export function withoutSecret(document: Document): Document {
  if (document.kind !== 'webhook') return document;
  const { secret: _, previous: __, ...rest } = webhookData(document);
  return { ...document, data: asJson(rest) };
}

/** Another secret signs from now on; the one before does too, for a day. */
export function rotateSecret(
  document: Document,
  { secret, nowMs }: { secret: string; nowMs: number },
): Plan {
  const next = webhookTransition(document, 'rotate');
  if (!next.ok) return next;
  const before = webhookData(document);
  const previous = { secret: before.secret!, untilMs: nowMs + PREVIOUS_SECRET_MS };
  return changed(document, next.state, { ...before, secret, previous }, 'webhook.rotated');
}

/** It is told of nothing more, and its secrets are forgotten. */
export function removeWebhook(document: Document): Plan {
  const next = webhookTransition(document, 'remove');
  if (!next.ok) return next;
  const { secret: _, previous: __, ...rest } = webhookData(document);
  return changed(document, next.state, rest, 'webhook.removed');
}

/** It said that it is gone. */
export function disableWebhook(document: Document): Plan {
  const next = webhookTransition(document, 'disable');
  if (!next.ok) return next;
  return changed(document, next.state, webhookData(document), 'webhook.disabled');
}

function webhookTransition(
  document: Document,
  verb: WebhookVerbName,
): { ok: true; state: WebhookState } | Refused {
  const next = WEBHOOK_TRANSITIONS[document.state as WebhookState][verb];
  if (next in WEBHOOK_TRANSITIONS) return { ok: true, state: next as WebhookState };
  return refuse(next as RefusalCode, { webhook: webhookName(document) });
}

function changed(document: Document, state: WebhookState, data: WebhookData, type: string): Plan {
  return planned({
    guards: [guardOf(document.id, document)],
    writes: [writeOf(webhookName(document), state, data)],
    events: [{ type, subject: document.id }],
  });
}

function guardOf(id: string, found: Document | undefined): Guard {
  return found === undefined
    ? { document: id, absent: true }
    : { document: id, version: found.version };
}

function writeOf(name: string, state: WebhookState, data: WebhookData): DocumentWrite {
  return { id: webhookId(name), kind: 'webhook', state, data: asJson(data) as JsonObject };
}
