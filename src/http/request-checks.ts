// What every request passes before its body is read: checks, one after the other. They run in one hook:
// six hooks of the framework cost each request 1 µs more. Knows no check; app.ts lists them.

import type { FastifyInstance } from 'fastify';
import type { Answering, Asked } from './exchange.ts';

/** Whether the request may go on; a check that says no has answered it. */
export type RequestCheck = (request: Asked, reply: Answering) => boolean;

/** Must be called before any route is added. */
export function checkRequests(app: FastifyInstance, checks: readonly RequestCheck[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    for (const check of checks) if (!check(request, reply)) return;
    done();
  });
}

/** For a check that has sent its answer. */
export function stopped(_sent: Answering): false {
  return false;
}
