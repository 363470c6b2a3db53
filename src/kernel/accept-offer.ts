// A waiter takes its offer as an order: the units that were held for it become the order's, in one
// transaction, with the time that orders have to be paid.

import { type CheckoutContext, newOrder } from './checkout.ts';
import { type Holding, versionGuard } from './give-back.ts';
import { joined } from './join.ts';
import type { OrderCommand } from './order-commands.ts';
import { type Plan, planned, transition } from './plan.ts';
import { asJson, nextOf, reservationData } from './reservation.ts';
import { offerEnds } from './waiter.ts';

/** `offer`: the reservation that has the units, with its waiter. */
export function acceptOffer(
  offer: Holding,
  command: OrderCommand,
  context: Pick<CheckoutContext, 'order' | 'holdForMs'> & { nowMs: number },
): Plan {
  const { document, waiter } = offer;
  const next = transition(offer, 'extend');
  if (!next.ok) return next;
  const { holdForMs = context.holdForMs } = command;
  const { waiter: _, ...rest } = reservationData(document);
  const capAtMs = Math.max(rest.capAtMs, context.nowMs + holdForMs);
  const data = { ...rest, capAtMs, order: context.order };
  return planned(
    joined(
      {
        guards: [versionGuard(document), { document: document.id, due: false }],
        writes: [
          {
            ...nextOf(document, next.state, asJson(data)),
            claims: document.claims,
            deadline: { afterMs: holdForMs },
          },
          newOrder(command, { ...context, discounts: [], vouchers: [] }, document.id),
        ],
        events: [{ type: 'order.reserved', subject: context.order }],
      },
      offerEnds(waiter!, 'take'),
    ),
  );
}
