// Brings rows of stock in step with events: each version of a pool counts once, and none may be missing.
// Pure: rows come in and go out.

import type { ShopEvent } from '../shop-event.ts';
import { ACCOUNT_COLUMNS, type Account } from './tables.ts';

export interface StockRow {
  pool: string;
  product: string;
  version: number;
  /** By account. */
  balances: Record<string, number>;
}

/** A version of this pool was never told: there is nothing to add the next one to. */
export interface StockGap {
  event: string;
  pool: string;
  has: number;
  told: number;
}

/** How a pool stands by now: what `GET /v1/pools/{pool}` answers. */
export type PoolNow = { version: number } & { [account in Account]?: number };

/** The row takes over how the pool stands. */
export function takeOver(row: StockRow, now: PoolNow): void {
  row.version = now.version;
  for (const account of Object.keys(row.balances)) {
    row.balances[account] = now[account as Account] ?? 0;
  }
}

export function newRow(pool: string, product: string): StockRow {
  const balances = Object.fromEntries(Object.keys(ACCOUNT_COLUMNS).map((name) => [name, 0]));
  return { pool, product, version: 0, balances };
}

/** Changes the rows of `known`, which has one for each pool of the events; the first gap, if there is one. */
export function addChanges(
  known: ReadonlyMap<string, StockRow>,
  events: readonly ShopEvent[],
): StockGap | undefined {
  for (const { id: event, pools } of events) {
    for (const { pool, version: told, change } of pools) {
      const row = known.get(pool)!;
      // Told before, or by another event of the same version.
      if (told <= row.version) continue;
      if (told !== row.version + 1) return { event, pool, has: row.version, told };
      row.version = told;
      for (const [name, quantity] of Object.entries(change)) {
        row.balances[name] = (row.balances[name] ?? 0) + quantity;
      }
    }
  }
  return undefined;
}

/** Each pool of the events with its product. */
export function poolsOf(events: readonly ShopEvent[]): Map<string, string> {
  const pools = events.flatMap(({ pools, product = '' }) =>
    pools.map(({ pool }) => [pool, product] as const),
  );
  return new Map(pools.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
