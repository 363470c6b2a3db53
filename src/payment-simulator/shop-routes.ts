// What a shop asks: make a payment, look at it, capture, void, refund. Each deed has a key of its own, so
// that asking again does nothing twice.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerTo, type Parts } from './parts.ts';
import { refuse } from './problems.ts';
import type { Deed } from './rules.ts';
import { MoneyAskShape, PaymentAskShape } from './shapes.ts';
import type { MoneyAsk, PaymentAsk } from './wire.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

export function shopRoutes(app: FastifyInstance, parts: Parts): void {
  app.post<{ Body: PaymentAsk }>(
    '/payments',
    { schema: { body: PaymentAskShape } },
    (request, reply) => {
      const told = parts.payments.create(request.body);
      if (told.ok && told.isNew) reply.code(201);
      return answerTo(reply, parts, told);
    },
  );

  app.get<{ Params: { id: string } }>('/payments/:id', (request, reply) =>
    answerTo(reply, parts, parts.payments.find(request.params.id)),
  );

  for (const kind of ['capture', 'refund'] as const) {
    app.post<{ Params: { id: string }; Body: MoneyAsk }>(
      `/payments/:id/${kind}`,
      { schema: { body: MoneyAskShape } },
      (request, reply) => act(request, reply, { kind, ...request.body }),
    );
  }

  app.post('/payments/:id/void', (request, reply) => act(request, reply, { kind: 'void' }));

  function act(request: FastifyRequest, reply: FastifyReply, deed: Deed): FastifyReply {
    const { id } = request.params as { id: string };
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || !KEY.test(key)) {
      return refuse(reply, 'key-needed', 'the header Idempotency-Key names the deed');
    }
    return answerTo(reply, parts, parts.payments.act(id, deed, key));
  }
}
