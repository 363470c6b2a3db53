// What a return wants refunded: its units' share of what the order cost, or what a person says; never
// more than was to be paid less what earlier returns want. Whole minor units: what rounding takes from
// one return the next one gets, so that all of them together come to the whole.

import type { Document } from '../engines/contract.ts';
import type { Money } from './money.ts';
import { orderData, orderTotal } from './order.ts';
import { type Refused, refuse } from './refusals.ts';
import { reservationData, standing } from './reservation.ts';
import type { ReturnLine } from './return.ts';

export interface Refund {
  /** Missing where nothing is to be refunded. */
  wanted?: Money;
  /** The order's `returnedValue` after it. */
  returnedValue: number;
}

/** What a return of these lines wants back when it is closed. */
export function refundOf(
  { order, sale }: { order: Document; sale: Document },
  lines: readonly ReturnLine[],
  given: number | undefined,
): Refund {
  const { prices, returnedValue: before = 0 } = orderData(order);
  const bought = boughtOf(sale);
  const priceOf = (units: readonly number[]) =>
    units.reduce((sum, quantity, line) => sum + quantity * (prices?.[line] ?? 1), 0);
  const back = bought.map(() => 0);
  for (const { line, sellable = 0, quarantined = 0, writtenOff = 0, lost = 0 } of lines) {
    back[line] = back[line]! + sellable + quarantined + writtenOff + lost;
  }
  const full = priceOf(bought);
  const returnedValue = before + priceOf(back);
  const rest = refundable(order, sale);
  if (rest === undefined) return { returnedValue };
  const total = orderTotal(orderData(order), bought)!.amount;
  // What a unit of several lines is worth is known only where they have prices.
  const isExact = prices !== undefined || bought.length === 1;
  const share = isExact
    ? shareOf(total, returnedValue, full) - shareOf(total, before, full)
    : returnedValue === full
      ? total
      : 0;
  const amount = Math.min(given ?? share, rest.amount);
  if (amount === 0) return { returnedValue };
  return { returnedValue, wanted: { amount, currency: rest.currency } };
}

/** Refuses an amount that a person gives where so much is not left. */
export function checkRefund(
  order: Document | undefined,
  sale: Document,
  given: number | undefined,
): Refused | undefined {
  if (given === undefined) return undefined;
  const rest = order && refundable(order, sale);
  if (rest !== undefined && given <= rest.amount) return undefined;
  return refuse('refund-exceeds-paid', { refundable: rest?.amount ?? 0 });
}

/** What was to be paid for an order, less what its returns want already. */
function refundable(order: Document, sale: Document): Money | undefined {
  const data = orderData(order);
  const total = orderTotal(data, boughtOf(sale));
  if (total === undefined) return undefined;
  const { amount, currency } = total;
  return { amount: Math.max(0, amount - (data.refundWanted?.amount ?? 0)), currency };
}

/** Units that were sold of each line, whatever came back since. */
function boughtOf(sale: Document): number[] {
  const sold = standing(sale);
  return reservationData(sale).lines.map(({ returned = 0 }, line) => sold[line]! + returned);
}

/** Exact beyond 2^53, rounded down. */
function shareOf(total: number, value: number, full: number): number {
  return full === 0 ? 0 : Number((BigInt(total) * BigInt(value)) / BigInt(full));
}
