// The live feed as server-sent events: how things are now, as they change. Resumes after
// Last-Event-ID; where that is too long ago, or of another journal, it starts with a snapshot.

import { Type } from 'typebox';
import { checkPool } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import { sendProblem, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { knownBy, writeEventStream } from '../event-stream.ts';
import { problems } from '../openapi.ts';
import { startStream } from '../start-stream.ts';

const POOLS_MAX = 100;
const READERS_MAX = 1_000;
/** How long browsers wait before they come back. */
const RETRY_MS = 1_000;

const EventsQuery = Type.Object(
  {
    pool: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        maxItems: POOLS_MAX,
        description: 'Only what has to do with one of these pools.',
      }),
    ),
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'The position that the reader knows. Last-Event-ID goes before it.',
      }),
    ),
  },
  { additionalProperties: false },
);

const EventsHeaders = Type.Object({
  'Last-Event-ID': Type.Optional(Type.String({ description: 'Resume after this event.' })),
});

export function eventRoutes(app: App, { stock, feed, events }: Parts): void {
  app.get(
    '/v1/events',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'Watch pools and reservations change, as server-sent events',
        tags: ['journal'],
        headers: EventsHeaders,
        querystring: EventsQuery,
        response: {
          200: {
            description:
              'A stream of changes; the id of each says up to which entry, of which journal',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
          ...problems(400),
        },
      },
    },
    async (request, reply) => {
      const resumeAt = request.headers['last-event-id'];
      const { journalId } = stock.engine;
      const known = resumeAt === undefined ? undefined : knownBy(String(resumeAt), journalId);
      if (resumeAt !== undefined && known === undefined) {
        const details = { field: 'Last-Event-ID', expected: 'the id of an event' };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      const pools = new Set(request.query.pool);
      for (const pool of pools) {
        const wrong = checkPool(pool, 'pool');
        if (wrong !== undefined) return sendRefusal(reply, wrong);
      }
      if (feed.readers >= READERS_MAX) return sendProblem(reply, 'overloaded');
      const { after } = known ?? request.query;
      const response = startStream(reply);
      response.write(`retry: ${RETRY_MS}\n\n`);
      writeEventStream({ response, feed, pools, after, journalId, ...events });
      return reply;
    },
  );
}
