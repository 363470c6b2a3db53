// Entity tags: a pool's or reservation's version in quotes, out as ETag and back in as If-Match.

import type { FastifyRequest } from 'fastify';
import { type Refused, refuse } from '../kernel/refusals.ts';

const TAG = /^(W\/)?"([!#-~]*)"$/;
const VERSION = /^[1-9]\d{0,15}$/;
/** No pool and no reservation ever has it. */
const NEVER = -1;

export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that If-Match asks for; `{}` without one or for `*`. A tag that this server never gave
 * out (or a weak one: If-Match compares strongly) is a version that nothing has.
 */
export function ifMatch(request: Pick<FastifyRequest, 'headers'>): { ifMatch?: number } | Refused {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return {};
  const tag = TAG.exec(header);
  if (tag === null) {
    return refuse('invalid-request', { field: 'If-Match', expected: 'one entity tag, or *' });
  }
  const [, weak, version] = tag;
  return { ifMatch: weak === undefined && VERSION.test(version!) ? Number(version) : NEVER };
}
