// What a "no" of the simulator looks like: the status of each reason, and what the framework itself has
// to complain about, in the same form.

import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { ErrorAnswer, Reason } from './wire.ts';

/** docs/payments.md is held equal to it. */
export const REASON_STATUS: Record<Reason, number> = {
  malformed: 400,
  'key-needed': 400,
  'unknown-address': 404,
  'unknown-payment': 404,
  'payment-differs': 409,
  'other-currency': 409,
  'not-authorised': 409,
  'exceeds-authorised': 409,
  'exceeds-captured': 409,
  'already-captured': 409,
  'payment-voided': 409,
  'already-paid': 409,
  'key-reused': 422,
};

export function refuse(reply: FastifyReply, error: Reason, message: string): FastifyReply {
  return reply.code(REASON_STATUS[error]).send({ error, message } satisfies ErrorAnswer);
}

export function addProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((_, reply) =>
    refuse(reply, 'unknown-address', 'the simulator has nothing at this address'),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500, message } = error;
    if (statusCode < 500) return refuse(reply.code(statusCode), 'malformed', message);
    request.log.error(error);
    return reply.code(500).send({ error: 'internal', message: 'the simulator failed' });
  });
}
