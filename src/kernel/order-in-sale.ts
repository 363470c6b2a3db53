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
  const items = itemsOf(sale);
  for (let index = 0; index < command.lines.length; index += 1) {
    const wrong = wrongLine(sale, items, index, command.lines[index]!);
    if (wrong !== undefined) return wrong;
  }
  const lines = command.lines.map((line) => lineOf(items.get(line.pool)!, line));
  const order: OrderCommand = { ...command, lines };
  if (sale.currency !== undefined) order.currency = sale.currency;
  if (sale.channel !== undefined) order.channel = sale.channel;
  return order;
}

type Line = OrderCommand['lines'][number];

function wrongLine(
  sale: Sale,
  items: ReadonlyMap<string, SaleItem>,
  index: number,
  { pool, unitPrice: own }: Line,
): Refused | undefined {
  const item = items.get(pool);
  if (item === undefined) {
    const expected = `an item of the sale ${sale.sale}`;
    return refuse('invalid-request', { field: `lines/${index}/pool`, expected });
  }
  const { unitPrice } = item;
  if (own === undefined || own === unitPrice) return undefined;
  const expected = unitPrice === undefined ? 'none: the sale has no prices' : `${unitPrice}`;
  return refuse('invalid-request', { field: `lines/${index}/unitPrice`, expected });
}

function lineOf({ pool, unitPrice }: SaleItem, line: Line): Line {
  return unitPrice === undefined ? { ...line, pool } : { ...line, pool, unitPrice };
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
