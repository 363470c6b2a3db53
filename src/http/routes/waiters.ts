// Waiting lists: take a place in line, see how it stands, take what is offered or leave.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import type { Waiter } from '../../uses/waiting/waiter-view.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { showOrder } from '../order-views.ts';
import { AcceptBody, WaitBody } from '../shapes/waiter-shapes.ts';
import { showWaiter } from '../waiter-views.ts';

const PoolParams = Type.Object({ pool: Type.String() });
const Params = Type.Object({ pool: Type.String(), waiter: Type.String({ format: 'uuid' }) });
const ListQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })) },
  { additionalProperties: false },
);
const WaiterList = Type.Object({ waiters: Type.Array(reference('Waiter')) });
const SHOWN: Shown<Waiter> = { body: showWaiter, version: (it) => it.version };

export function waiterRoutes(app: App, { uses: { waiting } }: Parts): void {
  app.post(
    '/v1/pools/:pool/waiters',
    {
      schema: {
        summary: 'Take a place in line for what comes back',
        tags: ['waiters'],
        params: PoolParams,
        headers: KeyHeader,
        body: WaitBody,
        response: { 201: component('Waiter', 'In line'), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      const answer = await waiting.join(command, identityOf(request));
      return sendAnswer(reply, answer, { ...SHOWN, status: 201 });
    },
  );

  app.get(
    '/v1/pools/:pool/waiters',
    {
      schema: {
        summary: 'List those who wait, in order',
        tags: ['waiters'],
        params: PoolParams,
        querystring: ListQuery,
        response: { 200: { ...WaiterList, description: 'The first of them' }, ...problems(400) },
      },
    },
    async ({ params, query }) => ({
      waiters: waiting.waiters(params.pool, query.limit).map(showWaiter),
    }),
  );

  app.get(
    '/v1/pools/:pool/waiters/:waiter',
    {
      schema: {
        summary: 'Look at a place in line: how many stand before it, what it is offered',
        tags: ['waiters'],
        params: Params,
        response: { 200: component('Waiter', 'As it is'), ...problems(404) },
      },
    },
    async ({ params }, reply) => {
      const found = await waiting.waiter(params);
      if (found !== undefined) return showWaiter(found);
      return sendRefusal(reply, refuse('unknown-waiter', { waiter: params.waiter }));
    },
  );

  app.delete(
    '/v1/pools/:pool/waiters/:waiter',
    {
      schema: {
        summary: 'Leave the line; what was offered goes to the next one',
        tags: ['waiters'],
        params: Params,
        headers: KeyHeader,
        response: { 200: component('Waiter', 'Gone'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await waiting.leave(request.params, identityOf(request)), SHOWN),
  );

  app.post(
    '/v1/pools/:pool/waiters/:waiter/accept',
    {
      schema: {
        summary: 'Make an order of what is offered',
        tags: ['waiters'],
        params: Params,
        headers: KeyHeader,
        body: AcceptBody,
        response: { 202: component('Order', 'RESERVED'), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { holdFor, ...order } = request.body;
      const durations = readDurations({ holdFor });
      if (!durations.ok) return sendRefusal(reply, durations);
      const command = { ...order, ...durations.value, ...request.params };
      const answer = await waiting.accept(command, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/orders/${answer.value.id}`);
      const version = (it: { version: number }) => it.version;
      return sendAnswer(reply, answer, { status: 202, body: showOrder, version });
    },
  );
}
