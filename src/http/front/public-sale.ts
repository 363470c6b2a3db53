// A sale as anybody sees it, without a key: what a page in the shop needs, and nothing that says how much there is.
// Must not show a draft: it is not announced yet, and where it is closed as one it never will be.

import { availabilityWord } from '../../kernel/availability-word.ts';
import { type Sale, saleStateAt } from '../../kernel/sale.ts';
import { showSale } from '../sale-views.ts';
import type { PublicSaleOutside } from '../shapes/public-sale-shapes.ts';

export type PublicStatus = PublicSaleOutside['status'];

/** Undefined: nobody may know of it. To a buyer one that is settled is closed like any other. */
export function publicStatus(sale: Sale, nowMs: number): PublicStatus | undefined {
  const state = saleStateAt(sale, nowMs);
  if (state === 'DRAFT' || sale.neverArmed === true) return undefined;
  return state === 'SETTLED' ? 'CLOSED' : state;
}

/** The next moment at which its status changes by itself. */
export function nextChangeMs(sale: Sale, status: PublicStatus): number | undefined {
  return { ARMED: sale.opensAtMs, OPEN: sale.closesAtMs, CLOSED: undefined }[status];
}

/** @param available of each item; empty where nobody can buy any more */
export function showPublic(
  sale: Sale,
  status: PublicStatus,
  available: readonly number[],
): PublicSaleOutside {
  const { items, limits, opensAt, closesAt, currency } = showSale(sale);
  const shown: PublicSaleOutside = {
    sale: sale.sale,
    status,
    items: items.map(({ pool, from, unitPrice, quantity }, index) => ({
      pool,
      from,
      ...(unitPrice === undefined ? {} : { unitPrice }),
      ...(available.length === 0
        ? {}
        : { availability: availabilityWord(available[index]!, quantity) }),
    })),
    limits,
  };
  if (opensAt !== undefined) shown.opensAt = opensAt;
  if (closesAt !== undefined) shown.closesAt = closesAt;
  if (currency !== undefined) shown.currency = currency;
  return shown;
}
