// The bounds of every command about sales: what is refused before anything is looked at, with the field
// that is wrong.

import {
  checkLines,
  checkName,
  checkPool,
  checkPutLimit,
  checkWhole,
  invalid,
} from './check-command.ts';
import { checkAmount, checkCurrency } from './money.ts';
import type { Refused } from './refusals.ts';
import type { SaleCommand, SaleItemCommand, SaleLimit } from './sale.ts';

type Checked = Refused | undefined;

export const SALE_ITEMS_MAX = 100;
export const SALE_LIMITS_MAX = 10;

export function checkSale(command: SaleCommand): Checked {
  const { sale, items, limits = [], opensAtMs, closesAtMs, channel } = command;
  const wrong =
    checkSaleName(sale) ??
    checkItems(command) ??
    (channel === undefined ? undefined : checkPool(channel, 'channel')) ??
    checkMoment(opensAtMs, 'opensAt') ??
    checkMoment(closesAtMs, 'closesAt');
  if (wrong !== undefined) return wrong;
  if (opensAtMs !== undefined && closesAtMs !== undefined && closesAtMs <= opensAtMs) {
    return invalid('closesAt', 'a time after opensAt');
  }
  if (!Array.isArray(limits) || limits.length > SALE_LIMITS_MAX) {
    return invalid('limits', `up to ${SALE_LIMITS_MAX} limits`);
  }
  for (const [index, limit] of limits.entries()) {
    const off = checkLimit(limit, `limits/${index}`, items);
    if (off !== undefined) return off;
  }
  return undefined;
}

export function checkSaleName(sale: unknown): Checked {
  return checkName(sale, 'sale');
}

function checkItems({ sale, items, currency }: SaleCommand): Checked {
  if (!Array.isArray(items) || items.length === 0 || items.length > SALE_ITEMS_MAX) {
    return invalid('items', `1 to ${SALE_ITEMS_MAX} items`);
  }
  const priced = items[0]?.unitPrice !== undefined;
  const own = new Set<string>();
  for (const [index, item] of items.entries()) {
    const wrong = checkItem(item, `items/${index}`, sale);
    if (wrong !== undefined) return wrong;
    if ((item.unitPrice !== undefined) !== priced) {
      return invalid(`items/${index}/unitPrice`, 'a price on all items, or on none');
    }
    own.add(item.pool ?? `${item.from}:${sale}`);
  }
  if (own.size < items.length || items.some(({ from }) => own.has(from))) {
    return invalid(
      'items',
      'items whose pools differ from each other, and from those they come from',
    );
  }
  if (!priced) return currency === undefined ? undefined : invalid('currency', 'prices with it');
  return checkCurrency(currency, 'currency');
}

function checkItem(item: SaleItemCommand | null, field: string, sale: string): Checked {
  if (typeof item !== 'object' || item === null) return invalid(field, 'an object');
  const { from, quantity, pool = `${from}:${sale}`, unitPrice } = item;
  return (
    checkPool(from, `${field}/from`) ??
    checkPool(pool, `${field}/pool`) ??
    checkWhole(quantity, `${field}/quantity`) ??
    (unitPrice === undefined ? undefined : checkAmount(unitPrice, `${field}/unitPrice`))
  );
}

/** As any limit is; only what it covers follows from the sale. */
function checkLimit(limit: SaleLimit | null, field: string, items: SaleItemCommand[]): Checked {
  if (typeof limit !== 'object' || limit === null) return invalid(field, 'an object');
  const { of, ...rest } = limit;
  if (of !== undefined && of !== 'item' && of !== 'sale') {
    return invalid(`${field}/of`, 'item or sale');
  }
  const scope = { pools: [items[0]!.from] };
  const wrong = checkPutLimit({ ...rest, limit: 'sale', scope });
  if (wrong === undefined) return undefined;
  const { field: inner } = wrong.details;
  return { ...wrong, details: { ...wrong.details, field: `${field}/${String(inner)}` } };
}

function checkMoment(atMs: number | undefined, field: string): Checked {
  return atMs === undefined ? undefined : checkWhole(atMs, field, 0, Number.MAX_SAFE_INTEGER);
}

/** A checkout's lines name items of the sale, by their pools or by those they come from. */
export function checkSaleCheckout({ sale, lines }: { sale: string; lines: unknown }): Checked {
  return checkSaleName(sale) ?? checkLines(lines);
}
