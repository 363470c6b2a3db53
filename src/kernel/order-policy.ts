// What a shop lays down for the orders of a channel, as a document with a name.

import type { Document } from '../engines/contract.ts';
import type { OrderPolicyCommand } from './order-commands.ts';
import { type Plan, planned } from './plan.ts';

export function orderPolicyId(channel: string): string {
  return `order-policy:${channel}`;
}

/** Creates a policy or puts another in its place; orders that were made keep theirs. */
export function putOrderPolicy(found: Document | undefined, command: OrderPolicyCommand): Plan {
  const id = orderPolicyId(command.channel);
  return planned({
    guards: [found ? { document: id, version: found.version } : { document: id, absent: true }],
    writes: [
      { id, kind: 'order-policy', state: 'ACTIVE', data: JSON.parse(JSON.stringify(command)) },
    ],
    events: [
      {
        type: found ? 'policy.changed' : 'policy.created',
        subject: id,
      },
    ],
  });
}
