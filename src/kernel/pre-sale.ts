// Pre-sale: once an item of a sale is sold out, further orders are taken for units that are still to come, so many at
// most. Those stand in a pool of its own that may go below zero; when units come in where the item's are from, orders
// become ordinary ones of the sale, one by one. The rules only: whose turn it is, is not decided here.

import type {
  Claim,
  Document,
  DocumentGuard,
  DocumentWrite,
  Floor,
  Move,
  PoolId,
  Transaction,
} from '../engines/contract.ts';
import {
  accountOf,
  limitAccounts,
  NO_FLOOR,
  nameOf,
  ownerOf,
  poolAccounts,
  poolDocumentId,
} from './accounts.ts';
import { versionGuard } from './give-back.ts';
import type { LimitRule } from './limits.ts';
import { nextOrder, orderData, orderGuard } from './order.ts';
import type { OrderCommand } from './order-commands.ts';
import { type Plan, planned } from './plan.ts';
import { type PoolData, poolData, poolDocumentData } from './pool.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson, nextOf, ownersOf, reservationData } from './reservation.ts';
import { type Sale, type SaleItem, saleId } from './sale.ts';

/** Counts what is pre-sold of an item; no limit of a shop's own can be called so. */
export const PRE_SALE = '+pre-sale';

/** Of an order that was pre-sold. */
export interface PreSold {
  /** When its units are expected, as the sale had it. */
  arrivesAtMs?: number;
  /** They are there. */
  stocked?: true;
}

/** Who has the count of what was pre-sold of an item. */
export function preSaleOwner(pool: PoolId): string {
  return ownerOf(limitAccounts(PRE_SALE, pool).used);
}

/** The pool that an item's pre-sold orders stand in until their units are there. */
export function preSalePool(pool: PoolId): PoolId {
  return `${pool}:pre`;
}

/** The item of which more may be sold before it is there. */
export function preSaleItem({ whenSoldOut, items }: Sale, pool: unknown): SaleItem | undefined {
  if (whenSoldOut?.do !== 'pre-sale') return undefined;
  return items.find((item) => item.pool === pool && item.pre !== undefined);
}

/** The order with those items that are sold out taken before they are there. */
export function asPreSold(
  { items }: Sale,
  command: OrderCommand,
  soldOut: ReadonlySet<PoolId>,
): OrderCommand {
  const lines = command.lines.map((line) => {
    if (!soldOut.has(line.pool)) return line;
    return { ...line, pool: items.find(({ pool }) => pool === line.pool)!.pre! };
  });
  return { ...command, lines };
}

/** How many more of each item may be sold than it has: one count for all buyers. */
export function preSaleRules(sale: Sale, soldOut: ReadonlySet<PoolId>): LimitRule[] {
  const { quantityMax = 0 } = sale.whenSoldOut ?? {};
  const items = sale.items.filter(({ pool }) => soldOut.has(pool));
  return items.map(({ pool, pre }) => ({
    ...{ limit: PRE_SALE, per: 'buyer', countsFor: pool, scope: { pools: [pre!] } },
    ...{ quantityMax, document: saleId(sale.sale), version: sale.version },
  }));
}

/** An order says that it was pre-sold. */
export function saidPreSold({ whenSoldOut }: Sale, transaction: Transaction): Transaction {
  const { arrivesAtMs } = whenSoldOut!;
  const preSold: PreSold = arrivesAtMs === undefined ? {} : { arrivesAtMs };
  const writes = transaction.writes!.map((write) =>
    write.kind === 'order'
      ? { ...write, data: { ...write.data, preSold: asJson(preSold) } }
      : write,
  );
  return { ...transaction, writes };
}

export interface PreSalePools {
  items: SaleItem[];
  guards: DocumentGuard[];
  floors: Floor[];
  writes: DocumentWrite[];
}

/** Nothing is made for one. */
export const NO_PRE_SALE = { guards: [], floors: [], writes: [] };

/** The pools that a sale with a pre-sale needs and has not yet. */
export function preSalePools(
  { sale, items, whenSoldOut }: Pick<Sale, 'sale' | 'items' | 'whenSoldOut'>,
  pools: ReadonlyMap<PoolId, Document>,
): PreSalePools | Refused {
  if (whenSoldOut?.do !== 'pre-sale') return { ...NO_PRE_SALE, items };
  const made: PreSalePools = { items: [], guards: [], floors: [], writes: [] };
  for (const item of items) {
    const pre = preSalePool(item.pool);
    made.items.push({ ...item, pre });
    if (item.pre !== undefined) continue;
    const home = pools.get(item.from);
    if (home === undefined) return refuse('unknown-pool', { pool: item.from });
    const found = pools.get(pre);
    if (found !== undefined && !isFree(found))
      return refuse('sale-pool-taken', { sale, pool: pre });
    const id = poolDocumentId(pre);
    const { product, place } = poolData(home);
    made.guards.push(found === undefined ? { document: id, absent: true } : versionGuard(found));
    made.floors.push({ account: poolAccounts(pre).available, floor: NO_FLOOR });
    made.floors.push({ account: accountOf(pre, 'supply'), floor: NO_FLOOR });
    made.floors.push({ account: accountOf(pre, 'written-off'), floor: NO_FLOOR });
    const data: PoolData = { product, place, sale, pre: true };
    made.writes.push({ id, kind: 'pool', state: 'IN_SALE', data: poolDocumentData(data) });
  }
  return made;
}

/** Of a sale that is settled. */
function isFree(found: Document): boolean {
  const { sale, pre } = poolData(found);
  return found.state === 'CLOSED' && sale === undefined && pre === true;
}

/** Whether an order waits for units that are still to come. */
export function awaitsStock(order: Document): boolean {
  const { preSold } = orderData(order);
  return preSold !== undefined && preSold.stocked !== true;
}

const SERVED_IN: Record<string, readonly string[]> = {
  HELD: ['RESERVED'],
  CONFIRMED: ['PAID', 'CONFIRMED'],
};

/** An order's units have come in: they are its own now, all of them in one step. */
export function stock(
  { order, reservation }: { order: Document; reservation: Document },
  items: readonly SaleItem[],
): Plan {
  const { state } = reservation;
  if (SERVED_IN[state]?.includes(order.state) !== true || !awaitsStock(order)) {
    return refuse('contended', { document: order.id });
  }
  const moves: Move[] = [];
  const data = reservationData(reservation);
  const claims = [...reservation.claims];
  const lines = data.lines.map((line, index) => {
    const item = items.find(({ pre }) => pre === line.pool);
    if (item === undefined) return line;
    const { account, undo, quantity } = claims[index]!;
    claims[index] = ownClaim(item, claims[index]!);
    if (quantity > 0) {
      const from = poolAccounts(item.from).available;
      moves.push({ legs: [{ from, to: claims[index]!.account }], quantity });
      moves.push({ legs: [{ from: account, to: undo }], quantity });
    }
    return { ...line, pool: item.pool };
  });
  const { preSold } = orderData(order);
  const write: DocumentWrite = {
    ...nextOf(reservation, state, asJson({ ...data, lines })),
    owners: ownersOf(lines),
    claims,
    ...(reservation.deadlineMs === undefined ? {} : { deadline: { keep: true } }),
    ...(reservation.final === undefined ? {} : { final: true }),
  };
  const guards = [versionGuard(reservation), orderGuard(order)];
  if (state === 'HELD') guards.push({ document: reservation.id, due: false });
  return planned({
    guards,
    moves,
    writes: [
      write,
      nextOrder(order, order.state as 'RESERVED', { preSold: { ...preSold, stocked: true } }),
    ],
    events: [{ type: 'order.stocked', subject: order.id }],
  });
}

/** Held or sold as it is, in the sale's own pool from now on. Its units go back to where they came from: the sale
 * has as many of its own as it was armed with. */
function ownClaim({ pool, from }: SaleItem, { account, quantity }: Claim): Claim {
  const name = nameOf(account) as 'held' | 'sold';
  return { account: accountOf(pool, name), undo: { release: from }, quantity };
}
