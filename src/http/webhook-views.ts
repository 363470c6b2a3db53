// Shows webhooks in the outside format, and says how what they are sent looks: as at the addresses of
// the documents themselves. Changes names and notations only.

import { viewReservation } from '../kernel/reservation.ts';
import { viewOrder } from '../orders/order-view.ts';
import type { WebhookFormat } from '../uses/webhooks/webhook-bodies.ts';
import type { Delivery, Webhook } from '../uses/webhooks/webhook-views.ts';
import { formatInstant } from './instant.ts';
import { showOrder } from './order-views.ts';
import { showReservation } from './outside.ts';
import type { DeliveryOutside, WebhookOutside } from './shapes/webhook-shapes.ts';

/** As of its entry nothing of it was due. */
export const WEBHOOK_FORMAT: WebhookFormat = {
  instant: formatInstant,
  views: {
    order: (document, units) => showOrder(viewOrder(document, units, 0)),
    reservation: (document) => showReservation(viewReservation(document, 0)),
  },
};

export function showWebhook(webhook: Webhook): WebhookOutside {
  const { createdAtMs, updatedAtMs, ...rest } = webhook;
  return {
    ...rest,
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
}

export function showDelivery(delivery: Delivery): DeliveryOutside {
  const { atMs, nextAtMs, createdAtMs, updatedAtMs, attempts, ...rest } = delivery;
  return {
    ...rest,
    at: formatInstant(atMs),
    attempts: attempts.map(({ atMs: triedAtMs, ...attempt }) => ({
      at: formatInstant(triedAtMs),
      ...attempt,
    })),
    ...(nextAtMs === undefined ? {} : { nextAt: formatInstant(nextAtMs) }),
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
}
