// Keeps a server without keys to this machine: it listens on loopback alone, answers under loopback
// names alone (a web page can point its own name here), and takes no command that another web site
// makes a browser send. `allowOpen` lifts the first two for those who guard the port themselves.

import type { FastifyInstance } from 'fastify';
import { sendProblem } from './answer.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws RangeError for a host that others can reach. */
export function refuseOpenHost(host: string): void {
  if (LOOPBACK.test(host)) return;
  throw new RangeError(
    `refusing to listen on ${host}: requests are not authenticated, so whoever reaches this port ` +
      'could change stock. Listen on 127.0.0.1, or pass allowOpen where something else guards the port.',
  );
}

export function guardOrigin(app: FastifyInstance, { allowOpen }: { allowOpen: boolean }): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!allowOpen && !LOOPBACK.test(request.hostname)) return sendProblem(reply, 'misdirected');
    // Browsers say where a request comes from; other clients say nothing.
    const site = request.headers['sec-fetch-site'];
    const foreign = site === 'cross-site' || site === 'same-site';
    if (foreign && !READING.has(request.method)) return sendProblem(reply, 'cross-site');
    return undefined;
  });
}
