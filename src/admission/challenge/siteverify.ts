// Challenges of a hosted service that is asked by the siteverify protocol: a form with the secret and what the page
// got, answered with `{"success": true}`. What cannot be asked lets nobody through.

import { createHash } from 'node:crypto';
import { AddressGuard } from '../../outgoing/address-guard.ts';
import { guardedPost } from '../../outgoing/guarded-post.ts';
import type { ChallengeKind } from './challenge-kind.ts';

export interface SiteverifyOptions {
  /** As sales name it: `turnstile`, `hcaptcha`, `recaptcha`. */
  name: string;
  /** Where solutions are checked. */
  url: string;
  secret: string;
  /** What the page needs to show it. */
  siteKey: string;
  /** Addresses that it may be at though they are not public: `10.0.0.0/8`. */
  privateRanges?: readonly string[];
  timeoutMs?: number;
}

const TIMEOUT_MS = 3_000;
const ANSWER_MAX_BYTES = 16_384;
/** A service takes each of its tokens once, and none that is older. */
const TOKEN_MS = 300_000;

/** A kind for `admission.challenges`. The service says itself what a token is good for. */
export function siteverifyChallenge(options: SiteverifyOptions): ChallengeKind {
  const { name, url, secret, siteKey, privateRanges, timeoutMs = TIMEOUT_MS } = options;
  const guard = new AddressGuard(privateRanges);
  const idOf = (solution: string) =>
    `${name} ${createHash('sha256').update(solution).digest('base64')}`;
  return {
    name,
    idOf,
    create: () => ({ kind: name, siteKey }),
    async verify(solution, { address, nowMs }) {
      const body = new URLSearchParams({ secret, response: solution, remoteip: address });
      const posted = await guardedPost({
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
        guard,
        timeoutMs,
        bodyMaxBytes: ANSWER_MAX_BYTES,
      });
      const success = successOf(posted.status, posted.body);
      if (success === undefined) return { ok: false, why: 'unavailable' };
      if (!success) return { ok: false, why: 'wrong' };
      return { ok: true, id: idOf(solution), untilMs: nowMs + TOKEN_MS };
    },
  };
}

/** Undefined where the service has not said. */
function successOf(status: number | undefined, body = ''): boolean | undefined {
  if (status !== 200) return undefined;
  try {
    const { success } = JSON.parse(body);
    return typeof success === 'boolean' ? success : undefined;
  } catch {
    return undefined;
  }
}
