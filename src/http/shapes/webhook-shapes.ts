// What is written and read of webhooks: bodies and replies as TypeBox schemas, and the shape of what
// endpoints are sent.

import { type Static, Type } from 'typebox';
import { DELIVERY_TRANSITIONS, type DeliveryState } from '../../kernel/delivery.ts';
import { WEBHOOK_TRANSITIONS, type WebhookState } from '../../kernel/webhook.ts';
import { closed, Instant, Version } from './parts.ts';

const { Optional } = Type;

export const EventType = Type.String({
  pattern: '^(\\*|[a-z-]+\\.(\\*|[a-z-]+))$',
  examples: ['order.shipped', 'order.*'],
});

export const WebhookBody = Type.Object(
  {
    url: Type.String({ format: 'uri', maxLength: 2_048, examples: ['https://shop.example/hook'] }),
    events: Type.Array(EventType, { minItems: 1, maxItems: 50 }),
    state: Optional(
      Type.Unsafe<'ACTIVE' | 'PAUSED'>({ type: 'string', enum: ['ACTIVE', 'PAUSED'] }),
    ),
  },
  closed,
);

export const ReplayBody = Type.Object(
  {
    since: Type.String({ format: 'date-time', description: 'Of what happened then or later.' }),
    all: Optional(Type.Boolean({ description: 'Those that arrived too, not only FAILED ones.' })),
  },
  closed,
);

export const WebhookShape = Type.Object({
  webhook: Type.String(),
  url: Type.String(),
  events: Type.Array(Type.String()),
  state: Type.Unsafe<WebhookState>({
    type: 'string',
    enum: Object.keys(WEBHOOK_TRANSITIONS),
  }),
  version: Version,
  secret: Optional(
    Type.String({ description: 'Shown once: when it was made. `whsec_` and base64.' }),
  ),
  createdAt: Instant,
  updatedAt: Instant,
});

export const DeliveryStatus = Type.Unsafe<DeliveryState>({
  type: 'string',
  enum: Object.keys(DELIVERY_TRANSITIONS),
});

/** What deliveries of all kinds have in common. */
export const deliveryFields = {
  type: Type.String(),
  subject: Type.String(),
  position: Type.Integer({ description: 'Place in the journal.' }),
  index: Type.Integer({ description: 'Which of its events.' }),
  at: Instant,
  failures: Type.Integer(),
  nextAt: Optional(Type.String({ format: 'date-time', description: 'When it is tried next.' })),
  createdAt: Instant,
  updatedAt: Instant,
};

export const DeliveryShape = Type.Object({
  id: Type.String({ format: 'uuid', description: 'The `webhook-id` of every attempt.' }),
  webhook: Type.String(),
  status: DeliveryStatus,
  ...deliveryFields,
  attempts: Type.Array(
    Type.Object({
      at: Instant,
      status: Optional(Type.Integer({ description: 'What the endpoint answered.' })),
      error: Optional(Type.String({ description: 'Why it did not: `timeout`, `ECONNREFUSED`.' })),
      tookMs: Type.Integer(),
      body: Optional(Type.String({ description: 'The first 200 bytes of the answer.' })),
    }),
    { description: 'The last ten, newest last.' },
  ),
});

export const WebhookEvent = Type.Object(
  {
    type: EventType,
    at: Instant,
    position: Type.Integer({ description: 'Place in the journal: a higher one is later.' }),
    index: Type.Integer({ description: 'Which of the events of that place.' }),
    subject: Type.String({ description: 'What it is about: an id.' }),
    data: Optional(Type.Unsafe<object>({ type: 'object', description: 'As in docs/events.md.' })),
    order: Optional(Type.Unsafe<unknown>({ $ref: 'Order#' })),
    reservation: Optional(Type.Unsafe<unknown>({ $ref: 'Reservation#' })),
    waiter: Optional(Type.Unsafe<unknown>({ $ref: 'Waiter#' })),
    return: Optional(Type.Unsafe<unknown>({ $ref: 'Return#' })),
  },
  { description: 'What an endpoint is sent.' },
);

export const WEBHOOK_COMPONENTS = {
  Webhook: WebhookShape,
  Delivery: DeliveryShape,
  WebhookEvent,
};

export type WebhookOutside = Static<typeof WebhookShape>;
export type DeliveryOutside = Static<typeof DeliveryShape>;

/** As a caller writes and reads them. */
export type WebhookIn = Static<typeof WebhookBody>;
export type ReplayIn = Static<typeof ReplayBody>;
