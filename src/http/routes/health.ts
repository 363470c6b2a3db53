// Whether the process lives, and whether it can take commands.

import { Type } from 'typebox';
import { sendProblem } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import type { HeapRoom } from '../heap-room.ts';
import { problems } from '../openapi.ts';
import { isShortOfMemory } from '../overload.ts';

const Health = Type.Object({ status: Type.Literal('ok') });
const Readiness = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded')], {
    description:
      'Degraded: commands are taken, but nothing expires now, or memory is short and nothing new is begun.',
  }),
  engine: Type.String(),
  detail: Type.String(),
  position: Type.Integer({ description: 'The latest position of the journal.' }),
  live: Type.Integer({ description: 'Documents in fast memory.' }),
  tableLag: Type.Integer({ description: 'Entries that lists do not show yet.' }),
  drift: Type.Optional(
    Type.Object(
      {
        differing: Type.Integer({
          description: 'Differences that it found and has not seen gone.',
        }),
        compared: Type.Integer({
          description: 'How often it has compared a pool or document since it opened the store.',
        }),
      },
      {
        description:
          'Where Redis decides and this server carries its stream: how Redis and its record compare.',
      },
    ),
  ),
  expiryStopped: Type.Optional(Type.String({ description: 'Why nothing expires now.' })),
  memory: Type.Optional(
    Type.String({ description: 'How much of the heap is in use, if it is short.' }),
  ),
  events: Type.Optional(
    Type.Object(
      {
        to: Type.String({ examples: ['kafka://127.0.0.1:9092/events'] }),
        state: Type.Union(
          [
            Type.Literal('starting'),
            Type.Literal('relaying'),
            Type.Literal('standby'),
            Type.Literal('away'),
          ],
          { description: 'Standby: another server does it, or there is nothing to do.' },
        ),
        behind: Type.Integer({ description: 'Entries whose events have not arrived there.' }),
        reason: Type.Optional(Type.String({ description: 'Why it is away.' })),
      },
      { description: 'The relay of events, where there is one. Nothing waits for it.' },
    ),
  ),
  queue: Type.Object(
    {
      in: Type.String({ examples: ['journal', 'kafka://127.0.0.1:9092/turns'] }),
      state: Type.Union(
        [
          Type.Literal('starting'),
          Type.Literal('deciding'),
          Type.Literal('standby'),
          Type.Literal('away'),
        ],
        { description: 'Standby: other servers decide.' },
      ),
      waiting: Type.Integer({
        description: 'Orders whose turn has not come, of those it decides.',
      }),
      oldestMs: Type.Optional(Type.Integer({ description: 'How long the first has waited.' })),
      reason: Type.Optional(Type.String({ description: 'Why it is away.' })),
    },
    { description: 'Orders that wait for their turn, as this server sees them.' },
  ),
});

export function healthRoutes(app: App, { stock, uses, heap, stopping }: Parts): void {
  app.get(
    '/healthz',
    {
      schema: {
        summary: 'Whether the process lives',
        tags: ['server'],
        response: { 200: { ...Health, description: 'It does' } },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Whether commands can be taken',
        tags: ['server'],
        response: { 200: { ...Readiness, description: 'They can' }, ...problems() },
      },
    },
    async (_, reply) => {
      if (stopping.aborted) {
        return sendProblem(reply, 'unavailable', { reason: 'the server is stopping' });
      }
      const { ok, detail, position, live, tableLag, drift } = stock.engine.health();
      if (!ok) return sendProblem(reply, 'unavailable', { reason: detail });
      const { stopped } = stock.engine.clock();
      const events = uses.relay?.status();
      const relayed = events === undefined ? {} : { events };
      const queue = uses.queue.status();
      const counts = { position, live, tableLag, ...(drift === undefined ? {} : { drift }) };
      const seen = { engine: stock.engine.name, detail, ...counts, ...relayed, queue };
      const short = isShortOfMemory(heap) ? { memory: shareOf(heap) } : {};
      const ill = stopped === undefined ? short : { ...short, expiryStopped: stopped };
      const isIll = Object.keys(ill).length > 0;
      return { status: isIll ? ('degraded' as const) : ('ready' as const), ...seen, ...ill };
    },
  );
}

function shareOf({ usedShare }: HeapRoom): string {
  return `${Math.floor(usedShare * 100)} % of the heap's limit is in use; reservations are turned away`;
}
