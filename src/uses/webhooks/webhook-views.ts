// Endpoints and deliveries as a caller sees them. A secret is never among it; whoever made it is told once.

import type { Document } from '../../engines/contract.ts';
import { deliveryData } from '../../kernel/delivery.ts';
import { endpointName } from '../../kernel/endpoint.ts';
import { type WebhookState, webhookData } from '../../kernel/webhook.ts';
import { type DeliveryView, viewDelivery } from '../deliveries/delivery-view.ts';

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
    webhook: endpointName(document),
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

export interface Delivery extends DeliveryView {
  webhook: string;
}

export function viewWebhookDelivery(document: Document): Delivery {
  const { id, ...rest } = viewDelivery(document);
  return { id, webhook: deliveryData(document).endpoint, ...rest };
}
