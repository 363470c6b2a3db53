// A pool's document and the one rule that an engine asks of it: where released units go.
// Must not depend on why they were released.

import type { AccountId, Destination, Document, JsonObject, PoolId } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import type { Segments } from './segments.ts';

/**
 * OPEN: sells. SEGMENTED: sells from its segments, each of which is OPEN. IN_SALE: only its sale sells it, and
 * moves its units. CLOSED: sells nothing more; what is released goes to the home pool, if it has one.
 */
export type PoolState = 'OPEN' | 'SEGMENTED' | 'IN_SALE' | 'CLOSED';

/** In which a pool's units can be asked for, from itself or from its segments. */
export const ON_SALE: readonly PoolState[] = ['OPEN', 'SEGMENTED'];

/** In which a pool itself is asked: a segmented one is not, its segments are. */
export const SELLING: readonly PoolState[] = ['OPEN'];

/** In which a sale sells its own pools. */
export const IN_SALE: readonly PoolState[] = ['IN_SALE'];

/** In which a pool's units stand in itself. */
export const UNDIVIDED: readonly PoolState[] = ['OPEN', 'CLOSED'];

export interface PoolData {
  /** The family: no unit leaves its product. */
  product: string;
  /** The place where the units are. */
  place: string;
  /** The pool that gets back what is left when this one is closed. */
  home?: PoolId;
  /** The sale that it belongs to, until that is settled. */
  sale?: string;
  /** It has what its sale has sold before it is there. */
  pre?: true;
  /** Buyers wait in line: released units are offered to them first. */
  waiting?: boolean;
  /** Of a segmented pool: from how many segments it sells, and how many it ever had. */
  segments?: number;
  segmentsAll?: number;
}

export function poolData(document: Document): PoolData {
  return document.data as unknown as PoolData;
}

/** How a pool is sold in segments; undefined for one that is not. */
export function segmentsIn(document: Document): Segments | undefined {
  const { segments, segmentsAll } = poolData(document);
  if (document.state !== 'SEGMENTED') return undefined;
  const pool = document.id.slice('pool:'.length);
  return { pool, version: document.version, active: segments!, all: segmentsAll! };
}

export function poolDocumentData(data: PoolData): JsonObject {
  return { ...data } as unknown as JsonObject;
}

/** Where a pool's released units go, as its document states it for the engine. */
export function releaseTo(state: PoolState, pool: PoolId, data: PoolData): Destination | undefined {
  if (data.waiting === true) return accountOf(pool, 'offered');
  if (state === 'CLOSED' && data.home !== undefined) return { release: data.home };
  return undefined;
}

/**
 * The account that units released in a pool go to. A closed pool passes them on to its home, whose
 * own rule then decides: two steps at most.
 */
export function releaseAccount(
  pool: PoolId,
  document: (pool: PoolId) => Document | undefined,
): AccountId {
  let at = pool;
  for (let step = 0; step < 2; step += 1) {
    const to = document(at)?.releaseTo;
    if (to === undefined) break;
    if (typeof to === 'string') return to;
    at = to.release;
  }
  return poolAccounts(at).available;
}
