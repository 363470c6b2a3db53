// How many units a sale may still sell: what its pools have, and what it may sell before it is there.

import type { Engine } from '../../engines/contract.ts';
import { preSaleOwner } from '../../kernel/pre-sale.ts';
import type { Sale } from '../../kernel/sale.ts';
import { balancesOf } from './sale-view.ts';

/** Now, or a short time ago where that costs less. */
export async function unitsLeft(engine: Engine, { items, whenSoldOut }: Sale): Promise<number> {
  const from = engine.glance ?? engine;
  const isPreSale = whenSoldOut?.do === 'pre-sale';
  const ahead = isPreSale ? items.filter(({ pre }) => pre !== undefined) : [];
  const pools = items.map(({ pool }) => pool);
  const owners = await from.owners([...pools, ...ahead.map(({ pool }) => preSaleOwner(pool))]);
  const own = owners
    .slice(0, items.length)
    .reduce((sum, owner) => sum + Math.max(0, balancesOf(owner).available), 0);
  // What was ever pre-sold of an item is counted below zero, down to its cap; its units may have come since.
  const { quantityMax = 0 } = whenSoldOut ?? {};
  const counted = owners.slice(items.length).map((owner) => owner?.accounts.used?.balance ?? 0);
  return counted.reduce((sum, used) => sum + Math.max(0, quantityMax + used), own);
}
