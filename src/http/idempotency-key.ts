// Reads the Idempotency-Key header of a command, or makes a key where there is none, and names it in
// the reply, so that whoever got no clear answer can send the same command again. Keeps no keys:
// engines remember what was accepted under them.

import { newId } from '../ids.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import type { Answering, Asked } from './exchange.ts';

export const KEY_HEADER = 'idempotency-key';
export const KEY_MAX = 256;

/** A structured-field string (RFC 8941, section 3.3.3), or text that does not look like one. */
const QUOTED = /^"(?:[ !#-[\]-~]|\\["\\])*"$/;
const PLAIN = /^[!#-~][!-~]*$/;

/** Sets `idempotencyKey` on the request and the reply's header. Refuses what is no key. */
export function takeKey(request: Asked, reply: Answering): Refused | undefined {
  const header = request.headers[KEY_HEADER];
  if (header === undefined) {
    request.idempotencyKey = newId();
    request.keyIsNew = true;
    reply.header('Idempotency-Key', request.idempotencyKey);
    return undefined;
  }
  const key = typeof header === 'string' ? parseKey(header) : undefined;
  if (key === undefined || key.length === 0 || key.length > KEY_MAX) {
    const expected = `one key of 1 to ${KEY_MAX} printable ASCII characters, quoted or plain`;
    return refuse('invalid-request', { field: 'Idempotency-Key', expected });
  }
  request.idempotencyKey = key;
  reply.header('Idempotency-Key', header as string);
  return undefined;
}

/** Under which identity a command runs: its key, and whose it is. */
export function identityOf({
  idempotencyKey,
  keyIsNew,
  principal,
}: Pick<Asked, 'idempotencyKey' | 'keyIsNew' | 'principal'>) {
  return { key: idempotencyKey, principal, keyIsNew };
}

/** The key that a header value stands for: `"a"` and `a` are the same key. */
export function parseKey(header: string): string | undefined {
  if (PLAIN.test(header)) return header;
  return QUOTED.test(header) ? header.slice(1, -1).replace(/\\(["\\])/g, '$1') : undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The key of the command, given or made. Empty on reads. */
    idempotencyKey: string;
    /** It was made here, for this request. */
    keyIsNew: boolean;
  }
}
