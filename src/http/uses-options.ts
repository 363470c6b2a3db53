// What the uses of a server are opened with: the caller's own, and how events show documents outside.

import type { UsesOptions } from '../uses/open-uses.ts';
import type { AppOptions } from './app.ts';
import { EXAMPLES } from './event-examples.ts';
import { RELAY_FORMAT } from './relay-format.ts';
import { WEBHOOK_FORMAT } from './webhook-views.ts';

export function usesOptions(options: AppOptions): UsesOptions {
  const { providers = [], senders = [], webhooks, notices, waiting = {}, logger } = options;
  const onError = (error: unknown) => logger?.warn({ err: error }, 'a delivery failed');
  return {
    providers,
    senders,
    waiting,
    webhooks: { format: WEBHOOK_FORMAT, onError, ...webhooks },
    notices: { examples: EXAMPLES, ...notices },
    turns: turnsOptions(options),
    relay: relayOptions(options),
  };
}

function turnsOptions({ queue, logger }: AppOptions): UsesOptions['turns'] {
  if (queue === undefined) return undefined;
  const onError = ({ message }: Error) => logger?.warn({ queue: queue.shown }, message);
  return { queue, onError };
}

function relayOptions({ publisher, logger }: AppOptions): UsesOptions['relay'] {
  if (publisher === undefined) return undefined;
  const onError = ({ message }: Error) => logger?.warn({ to: publisher.shown }, message);
  return { publisher, format: RELAY_FORMAT, onError };
}
