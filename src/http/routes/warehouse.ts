// What a warehouse tells: many events in one request, each on its own. Those about one return or order
// are taken in their order, others side by side.

import { refuse } from '../../kernel/refusals.ts';
import { Warehouse } from '../../orders/warehouse.ts';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { component, KeyHeader, problems } from '../openapi.ts';
import { EVENTS_MAX, WarehouseBody } from '../shapes/return-shapes.ts';
import { type EventResult, eventResult } from '../warehouse-event.ts';

export function warehouseRoutes(app: App, { uses: { returns } }: Parts): void {
  const warehouse = new Warehouse(returns);
  app.post(
    '/v1/warehouse/events',
    {
      schema: {
        summary: 'Take up to 1,000 events of a warehouse, each once by its id',
        tags: ['returns'],
        headers: KeyHeader,
        body: WarehouseBody,
        response: {
          200: component('WarehouseResults', 'A result for each event, in their order'),
          ...problems(400),
        },
      },
    },
    async (request, reply) => {
      const { events } = request.body;
      if (events.length === 0 || events.length > EVENTS_MAX) {
        const details = { field: 'events', expected: `1 to ${EVENTS_MAX} events` };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      const before = new Map<unknown, Promise<EventResult>>();
      const results = events.map((event) => {
        const subject = subjectOf(event);
        const earlier = before.get(subject);
        const take = () => eventResult(warehouse, event, request.principal);
        const result = earlier === undefined ? take() : earlier.then(take);
        before.set(subject, result);
        return result;
      });
      return reply.send({ results: await Promise.all(results) });
    },
  );
}

/** What an event is about; those about nothing have nobody to wait for but each other. */
function subjectOf(event: unknown): unknown {
  const { return: id, order } = (event ?? {}) as { return?: unknown; order?: unknown };
  return id ?? order;
}
