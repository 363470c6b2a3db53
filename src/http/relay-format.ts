// How events that are relayed look: documents as webhooks have them, accounts by their names outside.
// Changes names and notations only.

import type { RelayFormat } from '../uses/relay/entry-events.ts';
import { eventSchemaId } from './event-schemas/event-schema.ts';
import { accountOutside } from './outside.ts';
import { WEBHOOK_FORMAT } from './webhook-views.ts';

export const RELAY_FORMAT: RelayFormat = {
  ...WEBHOOK_FORMAT,
  account: accountOutside,
  schema: eventSchemaId,
};
