// What happens to a paid order on its way to the buyer: packed, shipped, delivered. Units do not move.

import { nextOrder, type OrderHolding, orderGuard, orderTransition } from './order.ts';
import type { FulfilCommand } from './order-commands.ts';
import { ORDER_EVENTS } from './order-states.ts';
import { type Plan, planned } from './plan.ts';
import { awaitsStock } from './pre-sale.ts';
import { refuse } from './refusals.ts';

export type FulfilVerb = 'pack' | 'ship' | 'deliver';

export function fulfil(holding: OrderHolding, verb: FulfilVerb, command: FulfilCommand): Plan {
  const next = orderTransition(holding, verb);
  if (!next.ok) return next;
  const { document } = holding;
  if (awaitsStock(document)) return refuse('order-awaits-stock', { order: document.id });
  const { reference } = command;
  return planned({
    guards: [orderGuard(document)],
    writes: [nextOrder(document, next.state)],
    events: [
      {
        type: ORDER_EVENTS[next.state],
        subject: document.id,
        ...(reference === undefined ? {} : { data: { reference } }),
      },
    ],
  });
}
