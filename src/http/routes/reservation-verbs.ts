// What may be done with a reservation: confirm, cancel, extend, change, return.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { Reservation } from '../../kernel/reservation.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { ifMatch } from '../entity-tag.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyAndMatchHeaders, problems } from '../openapi.ts';
import { showReservation } from '../outside.ts';
import { CancelBody, ConfirmBody, ExtendBody, LinesBody } from '../shapes/requests.ts';

const Params = Type.Object({ reservation: Type.String({ format: 'uuid' }) });

export function reservationVerbRoutes(app: App, { stock }: Parts): void {
  app.post(
    '/v1/reservations/:reservation/confirm',
    { schema: described('Sell what is held, whole or in part; the rest is released', ConfirmBody) },
    (request, reply) =>
      answerVerb(request, reply, (call) =>
        stock.confirm({ ...request.body, ...request.params }, call),
      ),
  );

  app.post(
    '/v1/reservations/:reservation/cancel',
    { schema: described('Give all units back at once', CancelBody) },
    (request, reply) => answerVerb(request, reply, (call) => stock.cancel(request.params, call)),
  );

  app.post(
    '/v1/reservations/:reservation/extend',
    { schema: described('Keep it longer, up to its cap', ExtendBody) },
    (request, reply) => {
      const durations = readDurations({ holdFor: request.body.holdFor });
      if (!durations.ok) return sendRefusal(reply, durations);
      const holdForMs = durations.value.holdForMs!;
      return answerVerb(request, reply, (call) =>
        stock.extend({ holdForMs, ...request.params }, call),
      );
    },
  );

  app.post(
    '/v1/reservations/:reservation/change',
    { schema: described('Make the held cart be exactly these lines, in one step', LinesBody) },
    (request, reply) =>
      answerVerb(request, reply, (call) =>
        stock.change({ ...request.body, ...request.params }, call),
      ),
  );

  app.post(
    '/v1/reservations/:reservation/return',
    { schema: described('Take sold units back to stock', LinesBody) },
    (request, reply) =>
      answerVerb(request, reply, (call) =>
        stock.return({ ...request.body, ...request.params }, call),
      ),
  );
}

function described<Body extends TSchema>(summary: string, body: Body) {
  return {
    summary,
    tags: ['reservations'],
    params: Params,
    headers: KeyAndMatchHeaders,
    body,
    response: {
      200: component('Reservation', 'As it stands after it'),
      ...problems(400, 404, 409, 412, 422),
    },
  };
}

async function answerVerb(
  request: Pick<FastifyRequest, 'headers' | 'idempotencyKey' | 'principal'>,
  reply: FastifyReply,
  run: (call: CallOptions) => Promise<Answer<Reservation>>,
) {
  const match = ifMatch(request);
  if ('ok' in match) return sendRefusal(reply, match);
  const answer = await run({ ...identityOf(request), ...match });
  return sendAnswer(reply, answer, { body: showReservation, version: (it) => it.version });
}
