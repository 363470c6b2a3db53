// A return begins: units that were sold are on their way back, in the same step in which the sale lets go
// of them. What was not sold there is refused.

import type { DocumentWrite, Transaction } from '../engines/contract.ts';
import type { Holding } from './give-back.ts';
import { joined } from './join.ts';
import { nextOrder, type OrderHolding, orderData, orderGuard, orderTransition } from './order.ts';
import { type Plan, planned, transition } from './plan.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson, reservationData, standing } from './reservation.ts';
import {
  type CarrierNote,
  keptOfLine,
  type ReturnData,
  type ReturnLine,
  returnClaims,
} from './return.ts';
import type { NamedUnits } from './return-commands.ts';
import { byLine, nameOfUnits, type Room, spreadOver } from './return-rooms.ts';
import { takeFromSale, type UnitsOfSale } from './return-sale.ts';
import type { ReturnState } from './return-states.ts';
import { wholePool } from './segments.ts';

export interface ReturnBegins {
  /** The new return's id. */
  id: string;
  /** The reservation whose units were sold. */
  sale: Holding;
  order?: OrderHolding['document'];
}

interface Begins {
  state: ReturnState;
  /** Default: all that is sold and not returned. */
  lines?: readonly NamedUnits[] | undefined;
  reason?: string | undefined;
  carrier?: CarrierNote;
}

/** Somebody says that units come back. */
export function requestReturn(
  found: ReturnBegins,
  { lines, reason }: Pick<Begins, 'lines' | 'reason'>,
): Plan {
  return begin(found, { state: 'REQUESTED', lines, reason });
}

/** The carrier could not deliver an order, and brings all of it back. */
export function returnUndelivered(found: ReturnBegins, carrier: CarrierNote): Plan {
  const { order } = found;
  if (order?.state === 'DELIVERED') return refuse('order-delivered', { order: order.id });
  return begin(found, { state: 'RETURNING', carrier });
}

function begin(found: ReturnBegins, begins: Begins): Plan {
  const { sale, order } = found;
  const next =
    order === undefined
      ? transition(sale, 'return')
      : orderTransition({ document: order, dueMs: 0 }, 'beginReturn');
  if (!next.ok) return next;
  const units = unitsOf(found, begins.lines);
  if ('ok' in units) return units;
  const parts = [takeFromSale(sale, units, 'returning'), begun(found, begins, units)];
  if (order !== undefined) parts.push(orderReturns(order, found.id));
  return planned(joined(...parts));
}

/** The units of each line that are to come back, or why they cannot. */
function unitsOf({ sale, order }: ReturnBegins, lines: Begins['lines']): UnitsOfSale | Refused {
  const { document } = sale;
  const rooms = roomsOfSale(sale);
  const named: readonly NamedUnits[] =
    lines ?? rooms.map(({ line, left }) => ({ line, quantity: left }));
  const some = named.filter(({ quantity }) => quantity > 0);
  const { taken, excess } = spreadOver(rooms, some);
  if (some.length === 0) {
    const open = order === undefined ? [] : (orderData(order).openReturns ?? []);
    if (open.length > 0) return refuse('return-open', { order: order!.id, return: open.at(-1)! });
    return refuse('return-without-sale', { reservation: document.id });
  }
  const [first] = excess;
  if (first === undefined) return byLine(taken);
  const who = nameOfUnits(first);
  const isSold = rooms.some(
    ({ line, pool }) => line === first.line || wholePool(pool) === first.pool,
  );
  return isSold
    ? refuse('quantity-exceeds-sold', { ...who, excess: first.quantity })
    : refuse('return-without-sale', { ...who, reservation: document.id });
}

/** What each line of a sale has sold and not returned. */
export function roomsOfSale({ document }: Holding): Room[] {
  const sold = standing(document);
  return reservationData(document).lines.map(({ pool }, line) => ({
    line,
    pool,
    left: sold[line]!,
  }));
}

function begun(
  { id, sale, order }: ReturnBegins,
  { state, reason, carrier }: Begins,
  units: UnitsOfSale,
): Transaction {
  const { document } = sale;
  const pools = reservationData(document).lines;
  const lines = [...units]
    .sort(([a], [b]) => a - b)
    .map(
      ([line, quantity]): ReturnLine => ({
        ...{ line, pool: pools[line]!.pool, quantity },
        ...{ returning: quantity, inspecting: 0 },
      }),
    );
  const data: ReturnData = { reservation: document.id, lines: lines.map(keptOfLine) };
  if (order !== undefined) data.order = order.id;
  if (reason !== undefined) data.reason = reason;
  if (carrier !== undefined) data.carrier = [carrier];
  const write: DocumentWrite = {
    ...{ id, fresh: true, kind: 'return', state, data: asJson(data) },
    reference: order?.id ?? document.id,
    owners: [...new Set(lines.map(({ pool }) => wholePool(pool)))],
    claims: returnClaims(lines),
  };
  const buyer = order?.buyer ?? document.buyer;
  if (buyer !== undefined) write.buyer = buyer;
  const told = {
    [order === undefined ? 'reservation' : 'order']: write.reference!,
    lines: data.lines.map(({ line, pool, quantity }) => ({
      ...{ line, quantity },
      pool: wholePool(pool),
    })),
    ...(reason === undefined ? {} : { reason }),
    ...(carrier === undefined ? {} : { carrier: carrier.event }),
  };
  const type = state === 'REQUESTED' ? 'return.requested' : 'return.returning';
  return { writes: [write], events: [{ type, subject: id, data: told }] };
}

/** Another return of an order is under way. */
function orderReturns(order: OrderHolding['document'], id: string): Transaction {
  const { openReturns = [] } = orderData(order);
  const isFirst = order.state !== 'RETURNING';
  return {
    guards: [orderGuard(order)],
    writes: [nextOrder(order, 'RETURNING', { openReturns: [...openReturns, id] })],
    events: isFirst ? [{ type: 'order.returning', subject: order.id }] : [],
  };
}
