// The journal: every accepted transaction, in order, without a gap.

import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { App, Parts } from '../app.ts';
import { problems, reference } from '../openapi.ts';
import { showEntry } from '../outside.ts';

const JournalQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
  },
  { additionalProperties: false },
);

const JournalPage = Type.Object({
  entries: Type.Array(reference('Entry')),
  journal: Type.Optional(
    Type.String({ description: 'Which journal this is: another one after a restore.' }),
  ),
  next: Type.Integer({ description: 'Pass as `after`, now or once there is more.' }),
});

/** An entry of a large cart takes a megabyte: read few at once and stop at a size. */
const STEP = 100;
const REPLY_CHARS_MAX = 4_194_304;

export function journalRoutes(app: App, { stock }: Parts): void {
  app.get(
    '/v1/journal',
    {
      schema: {
        summary: 'Read the journal after a position',
        tags: ['journal'],
        querystring: JournalQuery,
        response: {
          200: { ...JournalPage, description: 'At most `limit` entries; none at the end' },
          ...problems(400),
        },
      },
    },
    async ({ query }, reply) => {
      const { after = 0, limit = 100 } = query;
      const texts: string[] = [];
      let next = after;
      let chars = 0;
      while (texts.length < limit && chars < REPLY_CHARS_MAX) {
        const step = Math.min(STEP, limit - texts.length);
        const entries = await stock.engine.entries({ after: next, limit: step });
        for (const entry of entries) {
          const text = JSON.stringify(showEntry(entry));
          chars += text.length;
          texts.push(text);
          next = entry.position;
        }
        if (entries.length < step) break;
      }
      const { journalId } = stock.engine;
      const journal = journalId === undefined ? '' : `"journal":"${journalId}",`;
      return sendText(reply, `{${journal}"entries":[${texts.join(',')}],"next":${next}}`);
    },
  );
}

/** The entries are serialised already, to know when the reply is long enough. */
function sendText(reply: FastifyReply, json: string) {
  return reply.type('application/json; charset=utf-8').serializer(String).send(json);
}
