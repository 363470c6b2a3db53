// Endpoints and deliveries as a caller sees them. A secret is never among it; whoever made it is told once.

import type { Document } from '../../engines/contract.ts';
import { type AttemptData, type DeliveryState, deliveryData } from '../../kernel/delivery.ts';
import { type WebhookState, webhookData, webhookName } from '../../kernel/webhook.ts';

export interface Webhook {
  webhook: string;
  url: string;
  events: string[];
  state: WebhookState;
  version: number;
  /** When it was made, or when it made place for another one. */
  secret?: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewWebhook(document: Document, options: { secret?: boolean } = {}): Webhook {
  const { url, events, secret } = webhookData(document);
  const view: Webhook = {
    webhook: webhookName(document),
    url,
    events: [...events],
    state: document.state as WebhookState,
    version: document.version,
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
  if (options.secret === true && secret !== undefined) view.secret = secret;
  return view;
}

export interface Delivery {
  id: string;
  webhook: string;
  status: DeliveryState;
  type: string;
  subject: string;
  position: number;
  index: number;
  atMs: number;
  failures: number;
  /** The last attempts, newest last. */
  attempts: AttemptData[];
  /** While it is on its way: when it is tried next. */
  nextAtMs?: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewDelivery(document: Document): Delivery {
  const {
    endpoint,
    type,
    subject,
    position,
    index,
    atMs,
    failures,
    log = [],
  } = deliveryData(document);
  const view: Delivery = {
    id: document.id,
    webhook: endpoint,
    status: document.state as DeliveryState,
    type,
    subject,
    position,
    index,
    atMs,
    failures,
    attempts: structuredClone(log),
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
  if (document.state === 'PENDING' && document.deadlineMs !== undefined) {
    view.nextAtMs = document.deadlineMs;
  }
  return view;
}
