// Waiting rooms of sales: take a place, watch it or show it now and then, give it up. Whoever shows a place is its
// buyer: browsers do all but the first by themselves, without a key.

import { type Static, Type } from 'typebox';
import type { PlaceView } from '../../admission/waiting-room/place-view.ts';
import type { Place, RoomRule } from '../../admission/waiting-room/rooms.ts';
import { checkText } from '../../kernel/check-command.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { Sale } from '../../kernel/sale.ts';
import { sendProblem, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { attemptAt } from '../door/attempt-at.ts';
import { DoorDecisions } from '../door/decisions.ts';
import { deniedSince } from '../door/deny-guard.ts';
import { roomGuardsOf } from '../door/guards.ts';
import { refusedAt } from '../door/sale-door.ts';
import { whoTries } from '../door/watch-guard.ts';
import type { Answering } from '../exchange.ts';
import { component, KeyHeader, problems } from '../openapi.ts';
import { placeStream } from '../place-stream.ts';
import { showPlace } from '../place-views.ts';
import { JoinBody, PlaceBody, PlaceLeft, PlaceQuery } from '../shapes/place-shapes.ts';
import { startStream } from '../start-stream.ts';

/** Further ones show their places now and then instead. */
const WATCHING_MAX = 8_000;

const Params = Type.Object({ sale: Type.String() });
type Named = Static<typeof Params>;

export function placeRoutes(app: App, parts: Parts): void {
  joinRoute(app, parts);
  watchRoute(app, parts);
  showRoutes(app, parts);
}

function joinRoute(app: App, parts: Parts): void {
  const { uses, waiting } = parts;
  const { rooms } = waiting;
  const guards = roomGuardsOf(parts);
  const decisions = new DoorDecisions(parts);
  app.post(
    '/v1/sales/:sale/places',
    {
      schema: {
        summary:
          'Take a place in the waiting room of a sale; the same one, however often it is asked',
        tags: ['sales'],
        params: Params,
        headers: KeyHeader,
        body: JoinBody,
        response: { 201: component('Place', 'Taken'), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { buyer } = request.body;
      const wrong = checkText(buyer, 'buyer');
      if (wrong !== undefined) return sendRefusal(reply, wrong);
      const { sale } = request.params;
      const rule = await ruleOf(parts, sale);
      const known = uses.sales.known(sale);
      if (rule === undefined) return sendRefusal(reply, whyNone(sale, known));
      const attempt = attemptAt(known!, request, { buyer });
      const refused = await refusedAt(guards, attempt, reply);
      if (refused !== undefined) {
        decisions.ended(attempt, refused);
        return sendRefusal(reply, refused);
      }
      const view = await rooms.join(rule, buyer);
      if (view !== undefined) return sendPlace(reply.code(201), view);
      return sendRefusal(reply, refuse('line-full', { sale, sizeMax: rule.sizeMax }));
    },
  );
}

function watchRoute(app: App, parts: Parts): void {
  const { rooms } = parts.waiting;
  app.get(
    '/v1/sales/:sale/places/events',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'Watch a place in a waiting room, as server-sent events, up to its pass',
        tags: ['sales'],
        params: Params,
        querystring: PlaceQuery,
        response: {
          200: {
            description: 'How the place stands, as that changes, once a second at most',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
          ...problems(400, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const found = await find(parts, request.params, request.query.place);
      if (!found.ok) return sendRefusal(reply, found);
      const { rule, place } = found;
      const view = await rooms.heartbeat(rule, place);
      if (view.state === 'OVER') return sendPlace(reply, view);
      if (parts.stopping.aborted || rooms.watching >= WATCHING_MAX) {
        return sendProblem(reply, 'overloaded');
      }
      const response = startStream(reply);
      const close = rooms.watch(rule, place, placeStream(response, parts.events.stallMs));
      response.on('close', close);
      if (response.destroyed) close();
      return reply;
    },
  );
}

function showRoutes(app: App, parts: Parts): void {
  const { rooms } = parts.waiting;
  app.post(
    '/v1/sales/:sale/places/heartbeat',
    {
      schema: {
        summary: 'Show a place: a sign of life, answered with how it stands',
        tags: ['sales'],
        params: Params,
        headers: KeyHeader,
        body: PlaceBody,
        response: { 200: component('Place', 'As it stands'), ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const found = await find(parts, request.params, request.body.place);
      if (!found.ok) return sendRefusal(reply, found);
      const { rule, place } = found;
      const denied = deniedSince(parts.denyList, whoTries(request, place.buyer));
      if (denied !== undefined) {
        // Nobody behind waits for them.
        await rooms.leave(rule, place);
        return sendRefusal(reply, denied);
      }
      return sendPlace(reply, await rooms.heartbeat(rule, place));
    },
  );

  app.post(
    '/v1/sales/:sale/places/leave',
    {
      schema: {
        summary: 'Give a place up',
        tags: ['sales'],
        params: Params,
        headers: KeyHeader,
        body: PlaceBody,
        response: { 200: { ...PlaceLeft, description: 'Given up' }, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const found = await find(parts, request.params, request.body.place);
      if (!found.ok) return sendRefusal(reply, found);
      await rooms.leave(found.rule, found.place);
      return { state: 'OVER' as const, reason: 'left' as const };
    },
  );
}

type Found = { ok: true; rule: RoomRule; place: Place } | Refused;

async function find(parts: Parts, { sale }: Named, token: string): Promise<Found> {
  const place = parts.waiting.tokens.readPlace(sale, token);
  if (place === undefined) return refuse('unknown-place', { sale });
  const rule = await ruleOf(parts, sale);
  if (rule !== undefined) return { ok: true, rule, place };
  return whyNone(sale, parts.uses.sales.known(sale));
}

/** Another server may have made or armed it a moment ago. */
async function ruleOf({ uses, waiting }: Parts, sale: string): Promise<RoomRule | undefined> {
  const rule = waiting.rooms.rule(sale);
  const known = uses.sales.known(sale);
  if (rule !== undefined || (known !== undefined && known.state !== 'DRAFT')) return rule;
  await uses.sales.latest(sale);
  return waiting.rooms.rule(sale);
}

/** Why nobody waits for a sale. */
function whyNone(name: string, sale: Sale | undefined): Refused {
  if (sale === undefined) return refuse('unknown-sale', { sale: name });
  if (sale.room === undefined) return refuse('no-waiting-room', { sale: name });
  return refuse(sale.state === 'DRAFT' ? 'sale-not-armed' : 'sale-closed', { sale: name });
}

function sendPlace<Reply extends Answering>(reply: Reply, view: PlaceView): Reply {
  if (view.state === 'OVER') {
    return sendRefusal(reply, refuse('place-over', { reason: view.reason! }));
  }
  reply.send(showPlace(view));
  return reply;
}
