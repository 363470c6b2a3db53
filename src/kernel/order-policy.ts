// What a shop lays down for the orders of a channel, as a document with a name.

import type { Document, DocumentWrite } from '../engines/contract.ts';
import type { OrderPolicyCommand } from './order-commands.ts';
import { type Plan, planned } from './plan.ts';

export function orderPolicyId(channel: string): string {
  return `order-policy:${channel}`;
}

/** The position of the journal up to which every queued order was decided, in a document of its own. */
export const QUEUE_CURSOR_ID = 'cursor:queue';

/**
 * Creates a policy or puts another in its place; orders that were made keep theirs. With the first that
 * has its orders decided by a queue the queue begins, at `queue`.
 */
export function putOrderPolicy(
  found: Document | undefined,
  command: OrderPolicyCommand,
  queue?: { position: number },
): Plan {
  const id = orderPolicyId(command.channel);
  const begins = command.decides === 'queue' && queue !== undefined;
  const data = JSON.parse(JSON.stringify(command));
  return planned({
    guards: [
      found ? { document: id, version: found.version } : { document: id, absent: true },
      ...(begins ? [{ document: QUEUE_CURSOR_ID, absent: true }] : []),
    ],
    writes: [
      { id, kind: 'order-policy', state: 'ACTIVE', data },
      ...(begins ? [queueCursor(queue.position)] : []),
    ],
    events: [{ type: found ? 'policy.changed' : 'policy.created', subject: id }],
  });
}

function queueCursor(position: number): DocumentWrite {
  return { id: QUEUE_CURSOR_ID, kind: 'cursor', state: 'ACTIVE', data: { position } };
}

/** Every order that was queued up to there is decided. */
export function moveQueueCursor(cursor: Document, position: number): Plan {
  return planned({
    guards: [{ document: cursor.id, version: cursor.version }],
    writes: [queueCursor(position)],
    events: [],
  });
}
