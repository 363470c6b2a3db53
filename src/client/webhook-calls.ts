// The part of the client that is about webhooks: who is told of what, and what became of it.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class WebhookCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Creates a webhook, whose secret is shown this once, or changes it. */
  put({ webhook, ...body }: requests.WebhookRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Webhook>('PUT', webhookPath(webhook), body, options);
  }

  webhook(name: string, options: CallOptions = {}): Promise<Answer<replies.Webhook>> {
    return this.#caller.read(webhookPath(name), options);
  }

  webhooks(options: CallOptions = {}) {
    return this.#caller.read<{ webhooks: replies.Webhook[] }>('/v1/webhooks', options);
  }

  remove(name: string, options: CommandOptions = {}) {
    return this.#caller.command<replies.Webhook>('DELETE', webhookPath(name), {}, options);
  }

  /** A new secret; the one before is good for a while. */
  rotate(name: string, options: CommandOptions = {}) {
    const path = `${webhookPath(name)}/rotate`;
    return this.#caller.command<replies.Webhook>('POST', path, {}, options);
  }

  deliveries(name: string, query: requests.DeliveryQuery = {}, options: CallOptions = {}) {
    const path = `${webhookPath(name)}/deliveries${queryOf({ ...query })}`;
    return this.#caller.read<replies.DeliveryPage>(path, options);
  }

  /** Tells one again. */
  replayOne(name: string, delivery: string, options: CommandOptions = {}) {
    const path = `${webhookPath(name)}/deliveries/${encodeURIComponent(delivery)}/replay`;
    return this.#caller.command<replies.Delivery>('POST', path, {}, options);
  }

  /** Tells again what has happened since a moment. */
  replay({ webhook, ...body }: requests.ReplayRequest, options: CommandOptions = {}) {
    const path = `${webhookPath(webhook)}/replay`;
    return this.#caller.command<{ replayed: number }>('POST', path, body, options);
  }
}

function webhookPath(name: string): string {
  return `/v1/webhooks/${encodeURIComponent(name)}`;
}
