// A waiter takes its offer as an order: the units that were held for it become the order's, in one
// transaction, with the time that orders have to be paid. It counts as any other order of its buyer does.

import { type CheckoutContext, newOrder, vouchersOf } from './checkout.ts';
import { type Holding, versionGuard } from './give-back.ts';
import { joined } from './join.ts';
import type { OrderCommand } from './order-commands.ts';
import { type Plan, planned, transition } from './plan.ts';
import { asJson, nextOf, reservationData } from './reservation.ts';
import { addStakes } from './stakes.ts';
import { offerEnds } from './waiter.ts';

export interface AcceptContext
  extends Pick<CheckoutContext, 'order' | 'holdForMs' | 'stakes' | 'vouchers'> {
  nowMs: number;
}

/** `offer`: the reservation that has the units, with its waiter. */
export function acceptOffer(offer: Holding, command: OrderCommand, context: AcceptContext): Plan {
  const { document, waiter } = offer;
  const next = transition(offer, 'extend');
  if (!next.ok) return next;
  const { order, stakes, nowMs } = context;
  const { holdForMs = context.holdForMs } = command;
  const { waiter: _, ...rest } = reservationData(document);
  const capAtMs = Math.max(rest.capAtMs, nowMs + holdForMs);
  const vouchers = vouchersOf(context);
  const held = {
    guards: [...vouchers.guards, versionGuard(document), { document: document.id, due: false }],
    writes: [
      {
        ...nextOf(document, next.state, asJson({ ...rest, capAtMs, order })),
        claims: document.claims,
        deadline: { afterMs: holdForMs },
      },
    ],
    events: [{ type: 'order.reserved', subject: order }, ...vouchers.events],
  };
  const made = {
    writes: [newOrder(command, { ...context, discounts: [] }, document.id)],
    events: [],
  };
  const taken = addStakes(held, [...stakes, ...vouchers.stakes]);
  return planned(joined(taken, made, offerEnds(waiter!, 'take')));
}
