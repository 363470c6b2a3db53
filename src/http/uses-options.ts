// What the uses of a server are opened with: the caller's own, and how webhooks show documents outside.

import type { UsesOptions } from '../uses/open-uses.ts';
import type { AppOptions } from './app.ts';
import { WEBHOOK_FORMAT } from './webhook-views.ts';

export function usesOptions(options: AppOptions): UsesOptions {
  const { providers = [], webhooks, waiting = {}, logger } = options;
  const onError = (error: unknown) => logger?.warn({ err: error }, 'a webhook failed');
  return { providers, waiting, webhooks: { format: WEBHOOK_FORMAT, onError, ...webhooks } };
}
