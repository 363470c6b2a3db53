// One attempt to tell a webhook of an event: a signed request to its address, and what follows from the
// answer. Reads the journal and posts; writes nothing.

import type { Document } from '../../engines/contract.ts';
import * as delivery from '../../kernel/delivery.ts';
import { webhookData } from '../../kernel/webhook.ts';
import type { AddressGuard } from '../../outgoing/address-guard.ts';
import { guardedPost, type Posted } from '../../outgoing/guarded-post.ts';
import { signedHeaders } from '../../outgoing/signed-headers.ts';
import type { StockParts } from '../../stock/parts.ts';
import { TIMEOUT_MS } from '../deliveries/courier.ts';
import type { EventBodies } from '../deliveries/event-bodies.ts';
import { type Attempt, notSent, type Rule, type Sending } from '../deliveries/sending.ts';

const GONE = 410;

export interface WebhookSendingParts {
  stock: StockParts;
  bodies: EventBodies;
  guard: AddressGuard;
  timeoutMs?: number | undefined;
  /** From 0, below 1. */
  random?: (() => number) | undefined;
}

export function webhookSending(parts: WebhookSendingParts): Sending {
  return async (attempt) => {
    const { atMs, delivery: document } = attempt;
    const told = await parts.bodies.of(delivery.deliveryData(document));
    if (told === undefined) {
      return (latest) => delivery.undeliverable(latest, notSent(atMs, 'entry-gone'));
    }
    const posted = await post(parts, attempt, JSON.stringify(told.body));
    return ruleFor(parts, attempt, posted);
  };
}

async function post(parts: WebhookSendingParts, attempt: Attempt, body: string): Promise<Posted> {
  const { guard, timeoutMs = TIMEOUT_MS } = parts;
  const { delivery: document, endpoint, atMs, stopping: signal } = attempt;
  const headers = signedHeaders({
    id: document.id,
    atMs,
    body,
    secrets: secretsOf(endpoint, atMs),
  });
  const { url } = webhookData(endpoint);
  return guardedPost({ url, headers, body, guard, timeoutMs, signal });
}

function secretsOf(endpoint: Document, atMs: number): string[] {
  const { secret, previous } = webhookData(endpoint);
  const isKept = previous !== undefined && previous.untilMs > atMs;
  return isKept ? [secret!, previous.secret] : [secret!];
}

function ruleFor(parts: WebhookSendingParts, of: Attempt, posted: Posted): Rule {
  const { status, error } = posted;
  const { endpoint, atMs } = of;
  const attempt = { atMs, ...posted };
  const { random = Math.random, stock } = parts;
  if (error === 'stopped') return (latest) => delivery.putOff(latest, 0);
  if (status !== undefined && status >= 200 && status < 300) {
    return (latest) => delivery.delivered(latest, attempt);
  }
  if (status === GONE) {
    return async (latest) =>
      delivery.endpointGone(latest, attempt, (await stock.latest(endpoint.id)) ?? endpoint);
  }
  return (latest) => delivery.notDelivered(latest, { attempt, random: random() });
}
