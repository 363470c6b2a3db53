// What a caller may ask of webhooks, as plain data, with its bounds.

import { checkPool, checkText, checkWhole, invalid } from './check-command.ts';
import { checkEvents } from './endpoint.ts';
import type { Refused } from './refusals.ts';

export interface WebhookCommand {
  /** Its name: as a pool's id. */
  webhook: string;
  url: string;
  /** `order.shipped`, `order.*` or `*`; 1 to 50 of them. */
  events: string[];
  /** PAUSED: deliveries are made and wait. Default: as it was, ACTIVE for a new one. */
  state?: 'ACTIVE' | 'PAUSED';
}

export interface ReplayCommand {
  webhook: string;
  /** One delivery. */
  delivery: string;
}

export interface ReplayAllCommand {
  webhook: string;
  /** Deliveries of what happened at this moment or later, in ms. */
  sinceMs: number;
  /** Those that FAILED alone, or those that were DONE too. */
  all?: boolean;
}

const URL_MAX = 2_048;

type Checked = Refused | undefined;

export function checkWebhook({ webhook, url, events, state }: WebhookCommand): Checked {
  return (
    checkPool(webhook, 'webhook') ??
    checkText(url, 'url', URL_MAX) ??
    checkUrl(url) ??
    checkEvents(events) ??
    (state === undefined || state === 'ACTIVE' || state === 'PAUSED'
      ? undefined
      : invalid('state', 'ACTIVE or PAUSED'))
  );
}

export function checkReplayAll({ webhook, sinceMs }: ReplayAllCommand): Checked {
  return checkPool(webhook, 'webhook') ?? checkWhole(sinceMs, 'since', 0, Number.MAX_SAFE_INTEGER);
}

function checkUrl(text: string): Checked {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return invalid('url', 'an http or https address');
  }
  // They would be sent to whoever answers there, and stand in every log.
  if (url.username !== '' || url.password !== '') return invalid('url', 'no name and password');
  return undefined;
}
