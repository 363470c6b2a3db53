// How often one may try, as HTTP tells it: RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10),
// Retry-After (RFC 9110). Knows no bucket; whoever asks names them.

import type { BucketAsked, Buckets, Taken } from '../admission/buckets.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import type { Answering } from './exchange.ts';

/** A token of each bucket, or what to say to whoever found one empty. */
export function takeTokens(
  buckets: Buckets,
  asked: readonly BucketAsked[],
  reply: Answering,
): Refused | undefined | Promise<Refused | undefined> {
  const taken = buckets.take(asked);
  return taken instanceof Promise
    ? taken.then((later) => told(asked, later, reply))
    : told(asked, taken, reply);
}

/** Says how things stand; the refusal of whoever was not let in. */
export function told(
  asked: readonly BucketAsked[],
  { isAdmitted, looks }: Taken,
  reply: Answering,
): Refused | undefined {
  const policies: string[] = [];
  const rates: string[] = [];
  for (const [index, look] of looks.entries()) {
    if (look === undefined) continue;
    const { name, burst, perSecond } = asked[index]!.rule;
    policies.push(`"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`);
    rates.push(`"${name}";r=${look.remaining};t=${Math.ceil(look.fullInMs / 1_000)}`);
  }
  reply.header('RateLimit-Policy', policies.join(', '));
  reply.header('RateLimit', rates.join(', '));
  return isAdmitted ? undefined : turnedAway(asked, looks);
}

function turnedAway(asked: readonly BucketAsked[], looks: Taken['looks']): Refused {
  const waits = looks.map((look) => look?.waitMs ?? 0);
  const retryAfterMs = Math.max(...waits);
  const { name: rate, perSecond, burst } = asked[waits.indexOf(retryAfterMs)]!.rule;
  return refuse('rate-limited', { rate, perSecond, burst, retryAfterMs });
}
