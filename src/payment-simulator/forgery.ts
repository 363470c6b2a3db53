// Callbacks that nobody may believe: what somebody else could send to the shop. Each claims what is not so,
// or is too old.

import { createHash } from 'node:crypto';
import type { QueuedCallback } from './callback-queue.ts';
import type { Chance } from './chance.ts';
import { type Letter, signed } from './letter.ts';
import type { CallbackBody } from './wire.ts';

export interface Forging {
  chance: Chance;
  secret: string;
  nowMs: number;
}

const KINDS = ['altered', 'wrong-key', 'unsigned', 'replayed'] as const;
/** Longer than any receiver takes signatures for young. */
const REPLAYED_AFTER_MS = 3_600_000;
const CLAIMED = 1_000_000_000;

export function forgeryOf(callback: QueuedCallback, { chance, secret, nowMs }: Forging): Letter {
  const claim = { ...callback, body: claimed(callback.body) };
  switch (chance.pick(KINDS, 'forgery', callback.id, callback.attempts)) {
    case 'altered':
      return { ...signed(callback, secret, nowMs), body: claim.body };
    case 'wrong-key':
      return signed(claim, otherSecret(secret), nowMs);
    case 'unsigned': {
      const { 'webhook-signature': _, ...headers } = signed(claim, secret, nowMs).headers;
      return { url: callback.url, headers, body: claim.body };
    }
    case 'replayed':
      return signed(callback, secret, nowMs - REPLAYED_AFTER_MS);
  }
}

/** The same news, but all paid and far more. */
function claimed(body: string): string {
  const news = JSON.parse(body) as CallbackBody;
  const truth = { ...news.truth, authorised: CLAIMED, captured: CLAIMED };
  return JSON.stringify({ ...news, truth });
}

function otherSecret(secret: string): string {
  return `whsec_${createHash('sha256').update(`not ${secret}`).digest('base64')}`;
}
