// Keeps a server without keys to this machine: it listens on loopback alone and answers under loopback
// names alone (a web page can point its own name here). With or without keys it takes no command that
// another web site makes a browser send.

import { sendProblem } from './answer.ts';
import { type RequestCheck, stopped } from './request-checks.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** @throws RangeError for a host that others can reach. */
export function refuseOpenHost(host: string): void {
  if (isLoopback(host)) return;
  throw new RangeError(
    `refusing to listen on ${host} without API keys: whoever reaches this port could change stock. ` +
      'Make a key (holdfast keys create) and pass the keys, or listen on 127.0.0.1.',
  );
}

export function guardOrigin(keys: { readonly required: boolean } | undefined): RequestCheck {
  // Nearly every request names the same host as the one before.
  let knownHost: string | undefined;
  return (request, reply) => {
    if (keys?.required !== true && request.host !== knownHost) {
      if (!LOOPBACK.test(request.hostname)) return stopped(sendProblem(reply, 'misdirected'));
      knownHost = request.host;
    }
    // Browsers say where a request comes from; other clients say nothing.
    const site = request.headers['sec-fetch-site'];
    const foreign = site === 'cross-site' || site === 'same-site';
    if (foreign && !READING.has(request.method)) {
      return stopped(sendProblem(reply, 'cross-site'));
    }
    return true;
  };
}
