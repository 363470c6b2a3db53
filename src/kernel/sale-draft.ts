// How a sale is drafted and changed: all of it before it is armed, after that only what nothing depends on yet.

import type { Document } from '../engines/contract.ts';
import { versionGuard } from './give-back.ts';
import { type Plan, planned } from './plan.ts';
import { NO_PRE_SALE, type PreSalePools, preSalePools } from './pre-sale.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import {
  type SaleCommand,
  type SaleItem,
  type SaleState,
  type SaleTerms,
  saleId,
  saleTerms,
} from './sale.ts';
import { nextSale, saleTransition } from './sale-verbs.ts';

export interface PutSaleFinds {
  /** There must be none of that name. */
  fresh?: boolean;
  /** The documents of the pools that it names, if it is there. */
  pools?: ReadonlyMap<string, Document>;
}

const NO_POOLS: ReadonlyMap<string, Document> = new Map();

/** Drafts a sale, or changes it. Once it is armed its items stay as they are. */
export function putSale(
  found: Document | undefined,
  command: SaleCommand,
  { fresh = false, pools = NO_POOLS }: PutSaleFinds = {},
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
  if (next.state === 'DRAFT') return changed(found, 'DRAFT', data);
  // What was pre-sold stays where it is, whatever comes next.
  const items = data.items.map((item, index) => ({ ...before.items[index]!, ...item }));
  const pre = preSalePools({ ...data, items }, pools);
  return 'ok' in pre ? pre : changed(found, next.state, { ...data, items: pre.items }, pre);
}

function changed(
  found: Document,
  state: SaleState,
  data: SaleTerms,
  { guards, floors, writes }: Pick<PreSalePools, 'guards' | 'floors' | 'writes'> = NO_PRE_SALE,
): Plan {
  return planned({
    guards: [versionGuard(found), ...guards],
    ...(floors.length > 0 ? { floors } : {}),
    writes: [nextSale(found, state, data), ...writes],
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
