// Reservations: make one, look at one, search them.

import { type Static, Type } from 'typebox';
import { checkText } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { Reservation } from '../../kernel/reservation.ts';
import { type Shown, sendAnswer, sendRefusal, sendWhenAnswered } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { entityTag, NOT_MODIFIED, sendTagged } from '../entity-tag.ts';
import type { Answering, Command, Question } from '../exchange.ts';
import { identityOf } from '../idempotency-key.ts';
import { formatInstant } from '../instant.ts';
import { component, KeyHeader, PreferHeader, problems, reference, SeenHeader } from '../openapi.ts';
import { showReservation } from '../outside.ts';
import { preferredAck, tellPreference } from '../preference.ts';
import { Status } from '../shapes/replies.ts';
import { ReserveBody } from '../shapes/requests.ts';

const { Optional } = Type;
const filter = Optional(Type.String({ minLength: 1, maxLength: 256 }));

const SearchQuery = Type.Object(
  {
    buyer: filter,
    status: Optional(Status),
    pool: filter,
    reference: filter,
    cursor: Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
    limit: Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
);

const ReservationPage = Type.Object({
  reservations: Type.Array(reference('Reservation')),
  asOf: Type.Integer({ description: 'The journal position that the list shows.' }),
  at: Type.String({ format: 'date-time', description: 'What was due then is shown as EXPIRED.' }),
  next: Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
});

const MADE: Shown<Reservation> = {
  status: 201,
  body: showReservation,
  version: (it) => it.version,
};

export function reservationRoutes(app: App, { stock }: Parts): void {
  const reserve = (request: Command<Static<typeof ReserveBody>>, reply: Answering) => {
    const { holdFor, holdCap, ...cart } = request.body;
    const durations = readDurations({ holdFor, holdCap });
    if (!durations.ok) {
      sendRefusal(reply, durations);
      return;
    }
    const command = Object.assign(cart, durations.value);
    const preferred = preferredAck(request);
    const call = { ...identityOf(request), ...preferred };
    sendWhenAnswered(reply, stock.reserve(command, call), (answer) => {
      if (answer.ok) {
        reply.header('Location', `/v1/reservations/${answer.value.id}`);
        tellPreference(reply, { verb: 'reserve', engine: stock.engine, ...preferred });
      }
      sendAnswer(reply, answer, MADE);
    });
  };
  app.post(
    '/v1/reservations',
    {
      config: { direct: { answer: reserve } },
      schema: {
        summary: 'Set units aside for a time: all lines or none',
        tags: ['reservations'],
        headers: Type.Object({ ...KeyHeader.properties, ...PreferHeader.properties }),
        body: ReserveBody,
        response: { 201: component('Reservation', 'Held'), ...problems(400, 404, 409, 422) },
      },
    },
    reserve,
  );

  app.get(
    '/v1/reservations',
    {
      schema: {
        summary: 'Search reservations, newest first',
        tags: ['reservations'],
        querystring: SearchQuery,
        response: { 200: { ...ReservationPage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ query }, reply) => {
      const wrong = wrongText(query);
      if (wrong !== undefined) return sendRefusal(reply, wrong);
      const { reservations, atMs, ...page } = await stock.reservations(searchOf(query));
      return { reservations: reservations.map(showReservation), at: formatInstant(atMs), ...page };
    },
  );

  const look = (request: Question<{ reservation: string }>, reply: Answering) => {
    const { reservation: id } = request.params;
    sendWhenAnswered(reply, stock.reservation(id), (found) =>
      found === undefined
        ? sendRefusal(reply, refuse('unknown-reservation', { reservation: id }))
        : sendTagged(request, reply, { tag: tagOf(found), body: () => showReservation(found) }),
    );
  };
  app.get(
    '/v1/reservations/:reservation',
    {
      config: { direct: { answer: look } },
      schema: {
        summary: 'Look at a reservation',
        tags: ['reservations'],
        params: Type.Object({ reservation: Type.String({ format: 'uuid' }) }),
        headers: SeenHeader,
        response: {
          200: component('Reservation', 'As it stands now'),
          304: NOT_MODIFIED,
          ...problems(404),
        },
      },
    },
    look,
  );
}

/** At its deadline it is shown as another one, though nobody has written a new version yet. */
function tagOf({ status, version, expiresAtMs }: Reservation): string {
  const isDue = status === 'EXPIRED' && expiresAtMs !== undefined;
  return isDue ? `"${version}-due"` : entityTag(version);
}

/** What no reservation can have is a mistake of the caller's, not an empty list. */
function wrongText({ buyer, reference, pool, cursor }: Static<typeof SearchQuery>) {
  for (const [field, text] of Object.entries({ buyer, reference, pool, cursor })) {
    const wrong = checkText(text, field);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function searchOf({ cursor, ...rest }: Static<typeof SearchQuery>) {
  return cursor === undefined ? rest : { ...rest, before: cursor };
}
