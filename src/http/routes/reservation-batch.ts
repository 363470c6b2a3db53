// Many commands in one request. Each item stands alone: it has its own key, is checked, carried out
// and answered by itself. They run side by side, so that the engine gathers them into its batches.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { itemResult } from '../batch-item.ts';
import { component, KeyHeader, PreferHeader, problems } from '../openapi.ts';
import { preferredAck, tellPreference } from '../preference.ts';
import { BatchBody, ITEMS_MAX } from '../shapes/requests.ts';

export function reservationBatchRoutes(app: App, { stock }: Parts): void {
  app.post(
    '/v1/reservations/batch',
    {
      config: { itemByItem: true },
      schema: {
        summary: 'Send up to 1,000 commands at once, each on its own',
        tags: ['reservations'],
        headers: Type.Object({ ...KeyHeader.properties, ...PreferHeader.properties }),
        body: BatchBody,
        response: {
          200: component('BatchResults', 'A result for each item, in their order'),
          ...problems(400),
        },
      },
    },
    async (request, reply) => {
      const { items } = request.body;
      if (items.length === 0 || items.length > ITEMS_MAX) {
        const details = { field: 'items', expected: `1 to ${ITEMS_MAX} items` };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      // Made of the request's key: sent again under it, every item is the same command again.
      const { idempotencyKey: made, principal, role } = request;
      const preferred = preferredAck(request);
      const results = await Promise.all(
        items.map((item, index) =>
          itemResult({ stock, item, madeKey: `${made}#${index}`, principal, role, preferred }),
        ),
      );
      // Of those that only hold units: all else is answered once it is recorded, whoever asks.
      tellPreference(reply, { verb: 'reserve', engine: stock.engine, ...preferred });
      return reply
        .type('application/json; charset=utf-8')
        .serializer(String)
        .send(`{"results":[${results.join(',')}]}`);
    },
  );
}
