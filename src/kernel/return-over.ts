// A return is over: what it wants refunded is written down, and with the last open return of an order the
// order goes on, all in the transaction that moved the last unit.

import type { Document, EventDraft, Transaction } from '../engines/contract.ts';
import { joined } from './join.ts';
import { nextOrder, type OrderData, orderData, orderGuard, orderTransition } from './order.ts';
import { ORDER_EVENTS, type OrderState } from './order-states.ts';
import { standingUnits } from './reservation.ts';
import {
  nextReturn,
  type ReturnData,
  type ReturnLine,
  type ReturnUnits,
  returnData,
  returnGuard,
} from './return.ts';
import { refundOf } from './return-refund.ts';
import type { ReturnState } from './return-states.ts';

export type Ended = Partial<Omit<ReturnData, 'lines'>> & {
  state: ReturnState;
  lines: ReturnLine[];
};

/** `kept`: units that the transaction which this is part of gives back to the sale. */
export function ended(found: ReturnUnits, { state, ...patch }: Ended, kept = 0): Transaction {
  const { document, units, order } = found;
  const isClosed = state === 'CLOSED';
  const given = patch.refundGiven ?? returnData(document).refundGiven;
  const refund =
    isClosed && order !== undefined
      ? refundOf({ order, sale: units.document }, patch.lines, given)
      : undefined;
  const wanted = refund?.wanted === undefined ? {} : { refundWanted: refund.wanted };
  const { reason } = patch;
  const event: EventDraft = {
    type: isClosed ? 'return.closed' : 'return.cancelled',
    subject: document.id,
    ...(reason === undefined ? {} : { data: { reason } }),
  };
  const over: Transaction = {
    guards: [returnGuard(document)],
    writes: [nextReturn(document, state, { ...patch, ...wanted })],
    events: [event],
  };
  if (order === undefined) return over;
  const isAllBack = standingUnits(units.document) + kept === 0;
  const { openReturns = [], refundWanted } = orderData(order);
  const change: Partial<OrderData> = {
    openReturns: openReturns.filter((id) => id !== document.id),
  };
  if (refund !== undefined) change.returnedValue = refund.returnedValue;
  if (refund?.wanted !== undefined) {
    const amount = (refundWanted?.amount ?? 0) + refund.wanted.amount;
    change.refundWanted = { amount, currency: refund.wanted.currency };
  }
  return joined(over, orderAfter(order, change, isAllBack));
}

/** With its last open return an order is done with, or goes on with what stays with the buyer. */
function orderAfter(order: Document, change: Partial<OrderData>, isAllBack: boolean): Transaction {
  const guards = [orderGuard(order)];
  if (change.openReturns!.length > 0) {
    return { guards, writes: [nextOrder(order, order.state as OrderState, change)], events: [] };
  }
  const next = orderTransition({ document: order, dueMs: 0 }, isAllBack ? 'returned' : 'endReturn');
  // An order with an open return is RETURNING; another version of it is refused by the guard.
  const state = next.ok ? next.state : (order.state as OrderState);
  return {
    guards,
    writes: [nextOrder(order, state, change)],
    events: [{ type: ORDER_EVENTS[state], subject: order.id }],
  };
}
