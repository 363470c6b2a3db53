// Waiting lists: take a place in line, see how it stands, take what is offered or leave.

import { type Static, Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { countsAddresses } from '../../kernel/sale-limits.ts';
import type { WaitCommand } from '../../kernel/waiter-commands.ts';
import type { Waiter } from '../../uses/waiting/waiter-view.ts';
import { type Shown, sendAnswer, sendRefusal, sendWhenAnswered } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { attemptAt, checkShown } from '../door/attempt-at.ts';
import { deniedSince } from '../door/deny-guard.ts';
import { Entrance } from '../door/entrance.ts';
import { lineGuardsOf } from '../door/guards.ts';
import { whoTries } from '../door/watch-guard.ts';
import { readDurations } from '../durations-of-body.ts';
import type { Answering, Command } from '../exchange.ts';
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

type Join = Command<Static<typeof WaitBody>, Static<typeof PoolParams>>;

export function waiterRoutes(app: App, parts: Parts): void {
  const { waiting } = parts.uses;
  joinRoute(app, parts);

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
      const waiter = await waiting.waiter(request.params);
      if (waiter?.sale !== undefined) {
        const denied = deniedSince(parts.denyList, whoTries(request, waiter.buyer));
        if (denied !== undefined) return sendRefusal(reply, denied);
      }
      const answer = await waiting.accept(command, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/orders/${answer.value.id}`);
      const version = (it: { version: number }) => it.version;
      return sendAnswer(reply, answer, { status: 202, body: showOrder, version });
    },
  );
}

function joinRoute(app: App, parts: Parts): void {
  const { waiting, sales } = parts.uses;
  const door = new Entrance(lineGuardsOf(parts), parts);
  const join = (request: Join, reply: Answering) => {
    const { challenge, ...wanted } = request.body;
    const said = { buyer: wanted.buyer, challenge };
    const wrong = checkShown(said);
    if (wrong !== undefined) {
      sendRefusal(reply, wrong);
      return;
    }
    const command: WaitCommand = { ...wanted, ...request.params };
    const sale = sales.selling(command.pool);
    if (sale !== undefined && countsAddresses(sale)) {
      command.addressKey = parts.addressKeys.keyOf(request.clientAddress);
    }
    const attempt = sale && attemptAt(sale, request, said);
    const goOn = () =>
      sendWhenAnswered(reply, waiting.join(command, identityOf(request)), (answer) => {
        door.answered(attempt, answer);
        sendAnswer(reply, answer, { ...SHOWN, status: 201 });
      });
    door.pass(attempt, reply, goOn);
  };
  app.post(
    '/v1/pools/:pool/waiters',
    {
      schema: {
        summary: 'Take a place in line for what comes back',
        tags: ['waiters'],
        params: PoolParams,
        headers: KeyHeader,
        body: WaitBody,
        response: { 201: component('Waiter', 'In line'), ...problems(400, 404, 409, 422, 429) },
      },
    },
    join,
  );
}
