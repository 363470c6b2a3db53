// A callback as it goes over the wire, signed as Standard Webhooks 1.0.0 say:
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { Webhook } from 'standardwebhooks';
import type { QueuedCallback } from './callback-queue.ts';

export interface Letter {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Signed anew for every attempt: the time in it says how old this attempt is, not the news. */
export function signed(callback: QueuedCallback, secret: string, nowMs: number): Letter {
  const { id, url, body } = callback;
  const headers = {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(nowMs), body),
  };
  return { url, headers, body };
}
