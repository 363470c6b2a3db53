// What may be done with a reservation: confirm, cancel, extend, change, return.

import { type Static, type TSchema, Type } from 'typebox';
import type { Engine } from '../../engines/contract.ts';
import type { Reservation } from '../../kernel/reservation.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import { sendAnswer, sendRefusal, sendWhenAnswered } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { ifMatch } from '../entity-tag.ts';
import type { Answering, Asked, Command } from '../exchange.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyAndMatchHeaders, problems } from '../openapi.ts';
import { showReservation } from '../outside.ts';
import { preferredAck, tellPreference } from '../preference.ts';
import { CancelBody, ConfirmBody, ExtendBody, LinesBody } from '../shapes/requests.ts';

const Params = Type.Object({ reservation: Type.String({ format: 'uuid' }) });

type Verb<Body extends TSchema> = Command<Static<Body>, Static<typeof Params>>;

export function reservationVerbRoutes(app: App, { stock }: Parts): void {
  const { engine } = stock;
  const confirm = (request: Verb<typeof ConfirmBody>, reply: Answering) =>
    answerVerb({ engine, verb: 'confirm', request, reply }, (call) =>
      stock.confirm({ ...request.body, ...request.params }, call),
    );
  app.post(
    '/v1/reservations/:reservation/confirm',
    {
      config: { direct: { answer: confirm } },
      schema: described('Sell what is held, whole or in part; the rest is released', ConfirmBody),
    },
    confirm,
  );

  const cancel = (request: Verb<typeof CancelBody>, reply: Answering) =>
    answerVerb({ engine, verb: 'cancel', request, reply }, (call) =>
      stock.cancel(request.params, call),
    );
  app.post(
    '/v1/reservations/:reservation/cancel',
    {
      config: { direct: { answer: cancel } },
      schema: described('Give all units back at once', CancelBody),
    },
    cancel,
  );

  const extend = (request: Verb<typeof ExtendBody>, reply: Answering) => {
    const durations = readDurations({ holdFor: request.body.holdFor });
    if (!durations.ok) {
      sendRefusal(reply, durations);
      return;
    }
    const holdForMs = durations.value.holdForMs!;
    answerVerb({ engine, verb: 'extend', request, reply }, (call) =>
      stock.extend({ holdForMs, ...request.params }, call),
    );
  };
  app.post(
    '/v1/reservations/:reservation/extend',
    {
      config: { direct: { answer: extend } },
      schema: described('Keep it longer, up to its cap', ExtendBody),
    },
    extend,
  );

  const change = (request: Verb<typeof LinesBody>, reply: Answering) =>
    answerVerb({ engine, verb: 'change', request, reply }, (call) =>
      stock.change({ ...request.body, ...request.params }, call),
    );
  app.post(
    '/v1/reservations/:reservation/change',
    {
      config: { direct: { answer: change } },
      schema: described('Make the held cart be exactly these lines, in one step', LinesBody),
    },
    change,
  );

  const giveBack = (request: Verb<typeof LinesBody>, reply: Answering) =>
    answerVerb({ engine, verb: 'return', request, reply }, (call) =>
      stock.return({ ...request.body, ...request.params }, call),
    );
  app.post(
    '/v1/reservations/:reservation/return',
    {
      config: { direct: { answer: giveBack } },
      schema: described('Take sold units back to stock', LinesBody),
    },
    giveBack,
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

interface Verbal {
  engine: Engine;
  verb: string;
  request: Asked;
  reply: Answering;
}

function answerVerb(
  { engine, verb, request, reply }: Verbal,
  run: (call: CallOptions) => Promise<Answer<Reservation>>,
): void {
  const match = ifMatch(request);
  if ('ok' in match) {
    sendRefusal(reply, match);
    return;
  }
  const preferred = preferredAck(request);
  sendWhenAnswered(reply, run({ ...identityOf(request), ...match, ...preferred }), (answer) => {
    if (answer.ok) tellPreference(reply, { verb, engine, ...preferred });
    sendAnswer(reply, answer, { body: showReservation, version: (it) => it.version });
  });
}
