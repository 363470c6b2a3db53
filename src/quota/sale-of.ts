// A reservation that was sold from leases, as it is reported to the centre.

import type { Document } from '../engines/contract.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import { reservationData } from '../kernel/reservation.ts';

/** Lines of which nothing was sold are left out: confirmed in part, they are not the centre's business. */
export function saleOf(document: Document): LeasedSale {
  const { lines, sale: sold, metadata } = reservationData(document);
  const sale: LeasedSale = {
    id: document.id,
    lines: lines.flatMap(({ pool }, index) => {
      const { quantity } = document.claims[index]!;
      return quantity === 0 ? [] : [{ pool, quantity, lease: sold!.leases[index]! }];
    }),
  };
  if (document.buyer !== undefined) sale.buyer = document.buyer;
  if (document.reference !== undefined) sale.reference = document.reference;
  if (metadata !== undefined) sale.metadata = metadata;
  if (sold?.soldAtMs !== undefined) sale.soldAtMs = sold.soldAtMs;
  return sale;
}
