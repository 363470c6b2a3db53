// Searches orders for a caller. Answers as of a position that it states.

import type { DocumentId, Engine } from '../engines/contract.ts';
import { orderData } from '../kernel/order.ts';
import type { OrderState } from '../kernel/order-states.ts';
import { type Order, viewOrder } from './order-view.ts';

export interface OrderQuery {
  status?: OrderState;
  buyer?: string;
  reference?: string;
  /** What it has to do with: a voucher, by its code. */
  owner?: string;
  /** Only ids below this one: `next` of the page before. */
  before?: DocumentId;
  /** Default 50. */
  limit?: number;
}

export interface OrderPage {
  orders: Order[];
  /** The journal's position that the page is as of. */
  asOf: number;
  /** Pass as `before` to get the next page; missing on the last. */
  next?: string;
}

/** Newest first, by the stored state: one whose time was over a moment ago may still be among the RESERVED. */
export async function searchOrders(engine: Engine, query: OrderQuery): Promise<OrderPage> {
  const { status, limit = 50, ...rest } = query;
  const { dueMs } = engine.clock();
  const states = status === undefined ? {} : { states: storedAs(status) };
  const page = await engine.find({ kind: 'order', limit, ...rest, ...states });
  const named = page.documents.map((document) => orderData(document).reservation);
  const ids = named.filter((id) => id !== undefined);
  const found = await engine.documents(ids);
  const units = new Map(found.map((document) => [document?.id, document]));
  const orders = page.documents.map((document, index) =>
    viewOrder(document, units.get(named[index]), dueMs),
  );
  const last = page.documents.length === limit ? page.documents.at(-1) : undefined;
  return { orders, asOf: page.asOf, ...(last === undefined ? {} : { next: last.id }) };
}

/** One that waits for its turn is shown as PENDING. */
function storedAs(status: OrderState): OrderState[] {
  return status === 'PENDING' ? ['PENDING', 'QUEUED'] : [status];
}
