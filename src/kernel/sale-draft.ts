// How a sale is drafted and changed: all of it before it is armed, after that only what nothing depends on yet.

import type { Document } from '../engines/contract.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import { type SaleCommand, type SaleItem, type SaleTerms, saleId, saleTerms } from './sale.ts';
import { guardOf, nextSale, saleTransition } from './sale-verbs.ts';

/** Drafts a sale, or changes it. Once it is armed its items stay as they are. */
export function putSale(
  found: Document | undefined,
  command: SaleCommand,
  { fresh = false } = {},
): Plan {
  const { sale } = command;
  if (found !== undefined && fresh) return refuse('sale-exists', { sale });
  const data = dataOf(command);
  if (found === undefined) {
    const id = saleId(sale);
    return planned({
      guards: [{ document: id, absent: true }],
      writes: [{ id, kind: 'sale', state: 'DRAFT', data: asJson(data) }],
      events: [{ type: 'sale.created', subject: id }],
    });
  }
  const next = saleTransition(found, 'put');
  if (!next.ok) return next;
  const before = saleTerms(found);
  if (next.state !== 'DRAFT' && !isSame(before.items, data.items)) {
    return refuse('sale-armed', { sale, field: 'items' });
  }
  if (next.state === 'OPEN' && before.opensAtMs !== data.opensAtMs) {
    return refuse('sale-open', { sale, field: 'opensAt' });
  }
  return planned({
    guards: [guardOf(found)],
    writes: [nextSale(found, next.state, data)],
    events: [{ type: 'sale.changed', subject: found.id }],
  });
}

function dataOf(command: SaleCommand): SaleTerms {
  const { items, limits = [], ...rest } = structuredClone(command);
  const named = items.map((item): SaleItem => {
    return { ...item, pool: item.pool ?? `${item.from}:${command.sale}` };
  });
  return { ...rest, items: named, limits };
}

function isSame(before: readonly SaleItem[], after: readonly SaleItem[]): boolean {
  const text = (items: readonly SaleItem[]) =>
    JSON.stringify(
      items.map(({ from, pool, quantity, unitPrice }) => [from, pool, quantity, unitPrice]),
    );
  return text(before) === text(after);
}
