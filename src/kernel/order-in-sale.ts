// What a checkout in a sale asks for in the sale's own terms, and how its refusals are told in them.

import type { OrderCommand } from './order-commands.ts';
import { type Refused, refuse } from './refusals.ts';
import type { Sale, SaleItem } from './sale.ts';
import { saleLimitOf } from './sale-limits.ts';

/** An order in a sale: its prices and its channel are the sale's. */
export interface SaleCheckoutCommand
  extends Omit<OrderCommand, 'sale' | 'channel' | 'plan' | 'currency' | 'total'> {
  sale: string;
}

/** The order that a checkout in a sale is: its lines in the sale's pools, at its prices. */
export function orderIn(sale: Sale, command: SaleCheckoutCommand): OrderCommand | Refused {
  const lines: OrderCommand['lines'] = [];
  for (const [index, line] of command.lines.entries()) {
    const item = itemsOf(sale).get(line.pool);
    if (item === undefined) {
      const details = {
        field: `lines/${index}/pool`,
        expected: `an item of the sale ${sale.sale}`,
      };
      return refuse('invalid-request', details);
    }
    const { unitPrice: own } = line;
    const { pool, unitPrice } = item;
    if (own !== undefined && own !== unitPrice) {
      const expected = unitPrice === undefined ? 'none: the sale has no prices' : `${unitPrice}`;
      return refuse('invalid-request', { field: `lines/${index}/unitPrice`, expected });
    }
    const taken = { ...line, pool };
    if (unitPrice !== undefined) taken.unitPrice = unitPrice;
    lines.push(taken);
  }
  const order: OrderCommand = { ...command, lines };
  if (sale.currency !== undefined) order.currency = sale.currency;
  if (sale.channel !== undefined) order.channel = sale.channel;
  return order;
}

const itemsOfSales = new WeakMap<Sale, ReadonlyMap<string, SaleItem>>();

/** By its own pool, and by the one that its units come from: looked through for each line they took 2 µs of a checkout. */
function itemsOf(sale: Sale): ReadonlyMap<string, SaleItem> {
  let items = itemsOfSales.get(sale);
  if (items === undefined) {
    const named = sale.items.flatMap((item) => [
      [item.from, item] as const,
      [item.pool, item] as const,
    ]);
    // The first of those that have a name has it.
    items = new Map(named.reverse());
    itemsOfSales.set(sale, items);
  }
  return items;
}

/** A refusal by a limit of the sale names the sale, and what the limit allows. */
export function inWordsOf(sale: Sale, refused: Refused): Refused {
  const { limit: rule, ...rest } = refused.details;
  const limit = refused.code === 'limit-exceeded' ? saleLimitOf(sale, String(rule)) : undefined;
  if (limit === undefined) return refused;
  const { per, quantityMax } = limit;
  return refuse(refused.code, { ...rest, sale: sale.sale, per, quantityMax });
}
