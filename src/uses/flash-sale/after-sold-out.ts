// What a sale tells those who find it sold out, and what of it is live when it has closed. Reads only.

import type { Engine, PoolId } from '../../engines/contract.ts';
import { lineId } from '../../kernel/line.ts';
import { preSalePool } from '../../kernel/pre-sale.ts';
import type { Refused } from '../../kernel/refusals.ts';
import type { Sale, SaleItem } from '../../kernel/sale.ts';
import type { SaleBalances } from '../../kernel/sale-verbs.ts';
import { instead, isSoldOut } from '../../kernel/sold-out.ts';
import type { Stock } from '../../stock.ts';
import { balancesOf } from './sale-view.ts';

/** A refusal with what its buyer can have instead, where it is for want of units. */
export async function afterSoldOut(
  sale: Sale,
  refused: Refused,
  availability: Stock['availability'],
): Promise<Refused> {
  if (!isSoldOut(sale, refused)) return refused;
  const { pools = [] } = sale.whenSoldOut!;
  if (pools.length === 0) return instead(sale, refused);
  const found = await availability(pools);
  const alternatives = pools.flatMap((pool, index) => {
    const { available = 0, state = 'CLOSED' } = found[index] ?? {};
    return available > 0 && state === 'OPEN' ? [{ pool, available }] : [];
  });
  return instead(sale, refused, alternatives);
}

/** What items of a sale have, and who waits for them. */
export async function liveBalances(
  engine: Engine,
  items: readonly SaleItem[],
): Promise<Map<PoolId, SaleBalances>> {
  const pools = items.map(({ pool }) => pool);
  // Both pools of an item at once: an order that is given its units goes from one to the other.
  const [owners, lines] = await Promise.all([
    engine.owners([...pools, ...pools.map(preSalePool)]),
    engine.documents(pools.map(lineId)),
  ]);
  return new Map(
    pools.map((pool, index) => {
      const hasLine = lines[index]?.state === 'OPEN';
      const { held, sold } = balancesOf(owners[pools.length + index]);
      return [pool, { ...balancesOf(owners[index]), hasLine, awaited: held + sold }];
    }),
  );
}
