// What a shop lays down for the orders of each channel: set, list.

import { Type } from 'typebox';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { showOrderPolicy } from '../order-views.ts';
import { OrderPolicyBody } from '../shapes/order-shapes.ts';

const PolicyList = Type.Object({ policies: Type.Array(reference('OrderPolicy')) });

export function orderPolicyRoutes(app: App, { uses: { orders } }: Parts): void {
  app.put(
    '/v1/order-policies/:channel',
    {
      schema: {
        summary: 'Lay down how the orders of a channel run (`default` for all others)',
        tags: ['orders'],
        params: Type.Object({ channel: Type.String() }),
        headers: KeyHeader,
        body: OrderPolicyBody,
        response: { 200: component('OrderPolicy', 'In force'), ...problems(400, 422) },
      },
    },
    async (request, reply) => {
      const { holdFor, paymentFor, queueFor, ...choices } = request.body;
      const durations = readDurations({ holdFor, paymentFor, queueFor });
      if (!durations.ok) return sendRefusal(reply, durations);
      const command = { ...choices, ...durations.value, ...request.params };
      const answer = await orders.putPolicy(command, identityOf(request));
      return sendAnswer(reply, answer, { body: showOrderPolicy, version: (it) => it.version });
    },
  );

  app.get(
    '/v1/order-policies',
    {
      schema: {
        summary: 'List what was laid down for orders',
        tags: ['orders'],
        response: { 200: { ...PolicyList, description: 'All of it' }, ...problems() },
      },
    },
    async () => ({ policies: orders.policies().map(showOrderPolicy) }),
  );
}
