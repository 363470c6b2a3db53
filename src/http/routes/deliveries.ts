// Deliveries of a webhook: what became of each, and sending them again.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { INSTANT_EXPECTED, parseInstantMs } from '../instant.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import type { ComponentName } from '../shapes/replies.ts';
import { DeliveryStatus, ReplayBody } from '../shapes/webhook-shapes.ts';
import { showDelivery } from '../webhook-views.ts';

const { Optional } = Type;
const Params = Type.Object({ webhook: Type.String() });
const DeliveryParams = Type.Object({
  webhook: Type.String(),
  delivery: Type.String({ format: 'uuid' }),
});

export const SearchQuery = Type.Object(
  {
    status: Optional(DeliveryStatus),
    cursor: Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
    limit: Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
);

/** A page of deliveries of one kind. */
export function deliveryPage(name: ComponentName) {
  return Type.Object({
    deliveries: Type.Array(reference(name)),
    asOf: Type.Integer({ description: 'The journal position that the list shows.' }),
    next: Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
  });
}

const DeliveryPage = deliveryPage('Delivery');
export const Replayed = Type.Object({
  replayed: Type.Integer({ description: 'How many go out again.' }),
});

export function deliveryRoutes(app: App, { uses: { webhooks } }: Parts): void {
  app.get(
    '/v1/webhooks/:webhook/deliveries',
    {
      schema: {
        summary: 'List what a webhook was told, newest first, with the last attempts',
        tags: ['webhooks'],
        params: Params,
        querystring: SearchQuery,
        response: { 200: { ...DeliveryPage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ params, query }) => {
      const { cursor, ...rest } = query;
      const asked = { ...rest, ...params, ...(cursor === undefined ? {} : { before: cursor }) };
      const page = await webhooks.deliveries(asked);
      return { ...page, deliveries: page.deliveries.map(showDelivery) };
    },
  );

  app.post(
    '/v1/webhooks/:webhook/deliveries/:delivery/replay',
    {
      schema: {
        summary: 'Send one again that is over',
        tags: ['webhooks'],
        params: DeliveryParams,
        headers: KeyHeader,
        response: { 200: component('Delivery', 'On its way'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await webhooks.replay(request.params, identityOf(request)), {
        body: showDelivery,
      }),
  );

  app.post(
    '/v1/webhooks/:webhook/replay',
    {
      schema: {
        summary: 'Send all again that failed since a time',
        tags: ['webhooks'],
        params: Params,
        headers: KeyHeader,
        body: ReplayBody,
        response: { 200: { ...Replayed, description: 'On their way' }, ...problems(400, 404, 422) },
      },
    },
    async (request, reply) => {
      const { since, all = false } = request.body;
      const sinceMs = parseInstantMs(since);
      if (sinceMs === undefined) {
        const wrong = { field: 'since', expected: INSTANT_EXPECTED };
        return sendRefusal(reply, refuse('invalid-request', wrong));
      }
      const { webhook } = request.params;
      const answer = await webhooks.replayAll({ webhook, sinceMs, all });
      return sendAnswer(reply, answer, { body: (it) => it });
    },
  );
}
