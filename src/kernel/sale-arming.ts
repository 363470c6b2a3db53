// How a sale is armed: its units are set apart in pools of its own, all of them in one step. A pool of before is taken
// up only as good as new, because what a sale sells is counted in its pools from nothing.

import type {
  Document,
  DocumentWrite,
  Guard,
  Move,
  OwnerState,
  PoolId,
} from '../engines/contract.ts';
import { accountOf, INSIDE, NO_FLOOR, poolAccounts, poolDocumentId } from './accounts.ts';
import { versionGuard } from './give-back.ts';
import { type Plan, planned } from './plan.ts';
import { type PoolData, poolData, poolDocumentData, UNDIVIDED } from './pool.ts';
import { preSaleOwner, preSalePools } from './pre-sale.ts';
import { refuse } from './refusals.ts';
import { type SaleItem, saleTerms } from './sale.ts';
import { nextSale, type SaleHolding, saleTransition } from './sale-verbs.ts';

/** What the items' pools have, and what was ever pre-sold of them (preSaleOwner), by owner; of those there are. */
export type Standing = ReadonlyMap<string, OwnerState>;

/** Sets its units apart: from now on only it sells them. All of them, or it is refused. */
export function armSale({ document, pools }: SaleHolding, standing: Standing): Plan {
  const next = saleTransition(document, 'arm');
  if (!next.ok) return next;
  const data = saleTerms(document);
  const pre = preSalePools(data, pools);
  if ('ok' in pre) return pre;
  const guards: Guard[] = [versionGuard(document), ...pre.guards];
  const moves: Move[] = [];
  const writes: DocumentWrite[] = [...pre.writes];
  for (const item of data.items) {
    const home = pools.get(item.from);
    if (home === undefined) return refuse('unknown-pool', { pool: item.from });
    const own = pools.get(item.pool);
    if (own !== undefined && !(isOver(own, item) && isUnused(item.pool, standing))) {
      return refuse('sale-pool-taken', { sale: data.sale, pool: item.pool });
    }
    const { product, place } = poolData(home);
    guards.push({ document: poolDocumentId(item.from), stateIn: UNDIVIDED });
    if (own === undefined) guards.push({ document: poolDocumentId(item.pool), absent: true });
    else guards.push(versionGuard(own), emptied(item.pool, standing));
    moves.push(apart(item));
    writes.push(poolWrite(item.pool, { product, place, home: item.from, sale: data.sale }));
  }
  return planned({
    guards,
    floors: [
      ...pre.floors,
      ...data.items.flatMap(({ pool }) => [
        { account: accountOf(pool, 'supply'), floor: NO_FLOOR },
        { account: accountOf(pool, 'written-off'), floor: NO_FLOOR },
      ]),
    ],
    moves,
    writes: [nextSale(document, next.state, { ...data, items: pre.items }), ...writes],
    events: [
      { type: 'sale.armed', subject: document.id },
      ...data.items.map(({ from, pool, quantity }) => {
        return { type: 'stock.transferred', subject: from, data: { to: pool, quantity } };
      }),
    ],
  });
}

/** Of a sale that is settled, over units of the same home. */
function isOver(own: Document, { from }: SaleItem): boolean {
  const { sale, home } = poolData(own);
  return own.state === 'CLOSED' && sale === undefined && home === from;
}

/** Nothing is left of a sale of before: what that sold would count in this one, and come back to it. */
function isUnused(pool: PoolId, standing: Standing): boolean {
  const accounts = standing.get(pool)?.accounts;
  const preSold = standing.get(preSaleOwner(pool))?.accounts.used?.balance ?? 0;
  return preSold === 0 && INSIDE.every((name) => (accounts?.[name]?.balance ?? 0) === 0);
}

/** Nothing has come since: anybody may put units into a pool that is closed. */
function emptied(pool: PoolId, standing: Standing): Guard {
  return { owner: pool, seq: standing.get(pool)?.seq ?? 0 };
}

function apart({ from, pool, quantity }: SaleItem): Move {
  const legs = [{ from: poolAccounts(from).available, to: poolAccounts(pool).available }];
  return { legs, quantity };
}

function poolWrite(pool: PoolId, data: PoolData): DocumentWrite {
  const id = poolDocumentId(pool);
  return { id, kind: 'pool', state: 'IN_SALE', data: poolDocumentData(data) };
}
