// A webhook: an address that is told of events. Its states, the verbs that lead from one to another, and
// the secret that signs what it is sent. Calls nobody.

import type { Document } from '../engines/contract.ts';
import {
  type EndpointContext,
  type EndpointData,
  endpointChanged,
  endpointName,
  isStanding,
  layDown,
  stateAsked,
} from './endpoint.ts';
import type { Plan } from './plan.ts';
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

export interface WebhookData extends EndpointData {
  url: string;
  /** Signs what is sent. Standard Webhooks: `whsec_` and 32 bytes in base64. */
  secret?: string;
  /** The one before, which signs too until then. */
  previous?: { secret: string; untilMs: number };
}

/** How long the secret before signs beside the new one. */
export const PREVIOUS_SECRET_MS = 24 * 3_600_000;

export function webhookId(name: string): string {
  return `webhook:${name}`;
}

export function webhookData(document: Document): WebhookData {
  return document.data as unknown as WebhookData;
}

/** Creates a webhook, with this secret if it is new, or changes it. */
export function putWebhook(
  command: WebhookCommand,
  context: EndpointContext & { secret: string },
): Plan {
  const { found, secret } = context;
  const { webhook, url, events } = command;
  const before = isStanding(found) ? webhookData(found) : { secret };
  const data = { ...before, url, events };
  return layDown(
    {
      kind: 'webhook',
      id: webhookId(webhook),
      state: stateAsked(command.state, found),
      data,
      created: 'webhook.created',
      changed: 'webhook.changed',
    },
    context,
  );
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
  return refuse(next as RefusalCode, { webhook: endpointName(document) });
}

function changed(document: Document, state: WebhookState, data: object, event: string): Plan {
  return endpointChanged(document, { state, data, event });
}
