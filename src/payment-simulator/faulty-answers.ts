// What goes wrong on the way of an answer to the shop: slow, lost after the deed was done, or a 5xx before
// or after it. Only for what a shop asks, not for the buyer's side and the ledger.

import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';

/** Requests of which it is known how often they came; beyond, counting starts again. */
const COUNTED_MAX = 100_000;

/** To the routes that are registered behind it. */
export function addFaultyAnswers(app: FastifyInstance, chance: Chance, faults: () => Faults): void {
  const counts = new Map<string, number>();
  const lots = new WeakMap<FastifyRequest, string>();

  app.addHook('preHandler', async (request, reply) => {
    const name = nameOf(request);
    if (counts.size >= COUNTED_MAX) counts.clear();
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const lot = `${name} ${count}`;
    lots.set(request, lot);
    if (fails(lot) && chance.happens(0.5, 'before the deed', lot)) {
      return reply.code(503).send({ error: 'unavailable', message: 'nothing was done' });
    }
    return undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const lot = lots.get(request);
    if (lot === undefined) return payload;
    const { answerLost, answerSlow, answerSlowMs } = faults();
    if (chance.happens(answerSlow, 'slow', lot)) {
      await delay(chance.within(answerSlowMs, 'how slow', lot));
    }
    if (chance.happens(answerLost, 'lost', lot)) request.raw.socket.destroy();
    if (!fails(lot)) return payload;
    reply.code(503);
    return JSON.stringify({ error: 'unavailable', message: 'it may have been done' });
  });

  function fails(lot: string): boolean {
    return chance.happens(faults().answer5xx, '5xx', lot);
  }
}

/** The same request, sent again, has the same name. */
function nameOf({ method, url, headers, body }: FastifyRequest): string {
  const { payment = '' } = (body ?? {}) as { payment?: string };
  return [method, url, headers['idempotency-key'] ?? '', payment].join(' ');
}
