// Messages of a notice: what became of each, and sending them again.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { INSTANT_EXPECTED, parseInstantMs } from '../instant.ts';
import { showMessage } from '../notice-views.ts';
import { component, KeyHeader, problems } from '../openapi.ts';
import { ReplayBody } from '../shapes/webhook-shapes.ts';
import { deliveryPage, Replayed, SearchQuery } from './deliveries.ts';

const Params = Type.Object({ notice: Type.String() });
const MessageParams = Type.Object({
  notice: Type.String(),
  delivery: Type.String({ format: 'uuid' }),
});
const MessagePage = deliveryPage('Message');

export function messageRoutes(app: App, { uses: { notices } }: Parts): void {
  app.get(
    '/v1/notices/:notice/deliveries',
    {
      schema: {
        summary: 'List what became of its messages, newest first, with the last attempts',
        tags: ['notices'],
        params: Params,
        querystring: SearchQuery,
        response: { 200: { ...MessagePage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ params, query }) => {
      const { cursor, ...rest } = query;
      const asked = { ...rest, ...params, ...(cursor === undefined ? {} : { before: cursor }) };
      const page = await notices.deliveries(asked);
      return { ...page, deliveries: page.deliveries.map(showMessage) };
    },
  );

  app.post(
    '/v1/notices/:notice/deliveries/:delivery/replay',
    {
      schema: {
        summary: 'Send one again that is over, if that is not too late',
        tags: ['notices'],
        params: MessageParams,
        headers: KeyHeader,
        response: { 200: component('Message', 'On its way'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await notices.replay(request.params, identityOf(request)), {
        body: showMessage,
      }),
  );

  app.post(
    '/v1/notices/:notice/replay',
    {
      schema: {
        summary: 'Send all again that failed since a time and are not too late',
        tags: ['notices'],
        params: Params,
        headers: KeyHeader,
        body: ReplayBody,
        response: { 200: { ...Replayed, description: 'On their way' }, ...problems(400, 404, 422) },
      },
    },
    async (request, reply) => {
      const { since, all = false } = request.body;
      const sinceMs = parseInstantMs(since);
      if (sinceMs === undefined) {
        const wrong = { field: 'since', expected: INSTANT_EXPECTED };
        return sendRefusal(reply, refuse('invalid-request', wrong));
      }
      const { notice } = request.params;
      const answer = await notices.replayAll({ notice, sinceMs, all });
      return sendAnswer(reply, answer, { body: (it) => it });
    },
  );
}
