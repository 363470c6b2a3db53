// What a node does with its share of a pool: lease it, top it up, keep it, record what was sold of it,
// give it back; and how a person ends a lease whose node is lost.

import type { FastifyReply } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import type { Sale } from '../../kernel/lease-commands.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { LeaseMoved } from '../../stock/lease-views.ts';
import type { Answer } from '../../stock.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { identityOf } from '../idempotency-key.ts';
import { INSTANT_EXPECTED, parseInstantMs } from '../instant.ts';
import { showLeaseMoved, showRecorded } from '../lease-views.ts';
import { component, KeyHeader, problems } from '../openapi.ts';
import {
  GiveBackBody,
  LeaseBody,
  RecordBody,
  RenewBody,
  SettleBody,
  TopUpBody,
  WriteOffBody,
} from '../shapes/lease-requests.ts';

const LeaseParams = Type.Object({ lease: Type.String({ format: 'uuid' }) });

export function leaseRoutes(app: App, { stock }: Parts): void {
  app.post(
    '/v1/leases',
    {
      schema: {
        summary: 'Lease units of a pool to a node that sells them near the buyer',
        tags: ['leases'],
        headers: KeyHeader,
        body: LeaseBody,
        response: { 201: component('LeaseMoved', 'Out'), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { leaseFor, ...share } = request.body;
      const durations = readDurations({ leaseFor });
      if (!durations.ok) return sendRefusal(reply, durations);
      const command = { ...share, ...durations.value };
      const answer = await stock.leases.open(command, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/leases/${answer.value.id}`);
      return sendMoved(reply, answer, 201);
    },
  );

  app.post(
    '/v1/leases/:lease/top-up',
    { schema: described('Lease more units of the pool to it', TopUpBody) },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendMoved(reply, await stock.leases.topUp(command, identityOf(request)));
    },
  );

  app.post(
    '/v1/leases/:lease/renew',
    { schema: described('Keep it longer', RenewBody) },
    async (request, reply) => {
      const durations = readDurations({ leaseFor: request.body.leaseFor });
      if (!durations.ok) return sendRefusal(reply, durations);
      const command = { ...durations.value, ...request.params };
      return sendMoved(reply, await stock.leases.renew(command, identityOf(request)));
    },
  );

  app.post(
    '/v1/leases/:lease/record',
    {
      schema: {
        ...described('Record what was sold of it, each sale once, by its id', RecordBody),
        response: {
          200: component('Recorded', 'What became of each sale'),
          ...problems(400, 404, 422),
        },
      },
    },
    async (request, reply) => {
      const sales = readSales(request.body.sales);
      if (!Array.isArray(sales)) return sendRefusal(reply, sales);
      const answer = await stock.leases.record({ sales, ...request.params }, identityOf(request));
      return sendAnswer(reply, answer, { body: showRecorded });
    },
  );

  app.post(
    '/v1/leases/:lease/give-back',
    {
      schema: described(
        'Give unsold units back; without a quantity all, and close it',
        GiveBackBody,
      ),
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendMoved(reply, await stock.leases.giveBack(command, identityOf(request)));
    },
  );

  app.post(
    '/v1/leases/:lease/settle',
    { schema: described('Record the last sales, give the rest back, close it', SettleBody) },
    async (request, reply) => {
      const sales = readSales(request.body.sales ?? []);
      if (!Array.isArray(sales)) return sendRefusal(reply, sales);
      const command = { sales, ...request.params };
      return sendMoved(reply, await stock.leases.settle(command, identityOf(request)));
    },
  );

  app.post(
    '/v1/leases/:lease/write-off',
    { schema: described('End it by hand, because its node is lost', WriteOffBody) },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendMoved(reply, await stock.leases.writeOff(command, identityOf(request)));
    },
  );
}

function described<Body extends TSchema>(summary: string, body: Body) {
  return {
    summary,
    tags: ['leases'],
    params: LeaseParams,
    headers: KeyHeader,
    body,
    response: {
      200: component('LeaseMoved', 'As it stands after it'),
      ...problems(400, 404, 409, 422),
    },
  };
}

function sendMoved(reply: FastifyReply, answer: Answer<LeaseMoved>, status = 200) {
  return sendAnswer(reply, answer, { status, body: showLeaseMoved });
}

/** The sales of a body as commands have them. */
function readSales(sales: Static<typeof RecordBody>['sales']): Sale[] | Refused {
  const read: Sale[] = [];
  for (const [index, { soldAt, ...sale }] of sales.entries()) {
    const soldAtMs = soldAt === undefined ? undefined : parseInstantMs(soldAt);
    if (soldAt !== undefined && soldAtMs === undefined) {
      const field = `sales/${index}/soldAt`;
      return refuse('invalid-request', { field, expected: INSTANT_EXPECTED });
    }
    read.push(soldAtMs === undefined ? sale : { ...sale, soldAtMs });
  }
  return read;
}
