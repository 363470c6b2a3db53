// Entity tags: the version of a pool, reservation or limit in quotes, out as ETag and back in as
// If-Match (only if it is still that) or If-None-Match (only if it is not).

import { type Refused, refuse } from '../kernel/refusals.ts';
import type { Answering, Asked } from './exchange.ts';

const TAG = /^(W\/)?"([!#-~]*)"$/;
const VERSION = /^[1-9]\d{0,15}$/;
/** Nothing ever has it. */
const NEVER = -1;

export function entityTag(version: number): string {
  return `"${version}"`;
}

const TAGS = /(?:W\/)?("[!#-~]*")/g;

/**
 * Answers a read with what was found, under its tag; 304 without a body where the caller has that
 * already. If-None-Match compares weakly (RFC 9110, section 13.1.2).
 */
export function sendTagged<Reply extends Answering>(
  request: Pick<Asked, 'headers'>,
  reply: Reply,
  { tag, body }: { tag: string; body: () => object | string },
): Reply {
  reply.header('ETag', tag);
  const seen = request.headers['if-none-match'];
  const known = seen === '*' || [...(seen?.matchAll(TAGS) ?? [])].some(([, own]) => own === tag);
  if (known) reply.code(304).send();
  else reply.send(body());
  return reply;
}

/** What OpenAPI says of the reply without a body. */
export const NOT_MODIFIED = { type: 'null', description: 'It is what If-None-Match says' } as const;

/**
 * The version that If-Match asks for; `{}` without one or for `*`. A tag that this server never gave
 * out (or a weak one: If-Match compares strongly) is a version that nothing has.
 */
export function ifMatch(request: Pick<Asked, 'headers'>): { ifMatch?: number } | Refused {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return {};
  const tag = TAG.exec(header);
  if (tag === null) {
    return refuse('invalid-request', { field: 'If-Match', expected: 'one entity tag, or *' });
  }
  const [, weak, version] = tag;
  return { ifMatch: weak === undefined && VERSION.test(version!) ? Number(version) : NEVER };
}
