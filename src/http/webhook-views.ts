// Shows webhooks in the outside format, and says how what they are sent looks: as at the addresses of
// the documents themselves. Changes names and notations only.

import { viewReservation } from '../kernel/reservation.ts';
import { viewOrder } from '../orders/order-view.ts';
import { viewReturn } from '../orders/return-view.ts';
import type { DeliveryView } from '../uses/deliveries/delivery-view.ts';
import type { EventFormat } from '../uses/deliveries/event-bodies.ts';
import { viewWaiter } from '../uses/waiting/waiter-view.ts';
import type { Delivery, Webhook } from '../uses/webhooks/webhook-views.ts';
import { formatInstant } from './instant.ts';
import { showOrder } from './order-views.ts';
import { showReservation } from './outside.ts';
import { showReturn } from './return-views.ts';
import type { DeliveryOutside, WebhookOutside } from './shapes/webhook-shapes.ts';
import { showWaiter } from './waiter-views.ts';

/** As of its entry nothing of it was due. */
export const WEBHOOK_FORMAT: EventFormat = {
  instant: formatInstant,
  views: {
    order: (document, units) => showOrder(viewOrder(document, units, 0)),
    reservation: (document) => showReservation(viewReservation(document, 0)),
    waiter: (document, offer) => showWaiter(viewWaiter(document, { offer })),
    return: (document) => showReturn(viewReturn(document)),
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

export function showDelivery({ id, webhook, ...rest }: Delivery): DeliveryOutside {
  return { id, webhook, ...showDelivered(rest) };
}

/** What deliveries of all kinds have in common. */
export function showDelivered(delivery: Omit<DeliveryView, 'id'>) {
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
