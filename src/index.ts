// What the package gives to those who use it as a library.

import { EXAMPLES } from './http/event-examples.ts';
import { WEBHOOK_FORMAT } from './http/webhook-views.ts';
import type { Stock } from './stock.ts';
import { openUses as openBare, type Uses, type UsesOptions } from './uses/open-uses.ts';

export type { Answered, Decided, Engine, Entry, Outcome, Transaction } from './engines/contract.ts';
export { MemoryEngine } from './engines/memory.ts';
export { openEngine } from './engines/open.ts';
export { HoldfastError } from './errors.ts';
export type * from './kernel/commands.ts';
export { REFUSALS, type RefusalCode, type Refused } from './kernel/refusals.ts';
export type { Reservation, ReservationLine, ReservationState } from './kernel/reservation.ts';
export type { OrderPolicy } from './orders/order-policies.ts';
export type { Order } from './orders/order-view.ts';
export type { Pool } from './stock/pool-view.ts';
export { type Answer, type CallOptions, Stock, type StockOptions } from './stock.ts';
export type { Uses, UsesOptions } from './uses/open-uses.ts';

/**
 * Opens what is built on a stock: orders, payments, waiting lists, webhooks, notices. With senders this
 * process tells buyers and webhooks of what happens, in the form that the HTTP API has.
 *
 * @example
 * const uses = await openUses(stock, { senders: [mail] });
 */
export function openUses(stock: Stock, options: UsesOptions = {}): Promise<Uses> {
  const { senders = [], webhooks, notices } = options;
  if (senders.length === 0) return openBare(stock, options);
  return openBare(stock, {
    ...options,
    webhooks: { format: WEBHOOK_FORMAT, ...webhooks },
    notices: { examples: EXAMPLES, ...notices },
  });
}
