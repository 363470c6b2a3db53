// A pool's document and the one rule that an engine asks of it: where released units go.
// Must not depend on why they were released.

import type { AccountId, Document, JsonObject, PoolId } from '../engines/contract.ts';
import { accountOf } from './accounts.ts';

/**
 * OPEN: sells. CLOSED: sells nothing more; what is released goes to the home pool, if it has one.
 */
export type PoolState = 'OPEN' | 'CLOSED';

export interface PoolData {
  /** The family: no unit leaves its product. */
  product: string;
  /** The place where the units are. */
  place: string;
  /** The pool that gets back what is left when this one is closed. */
  home?: PoolId;
  /** Buyers wait in line: released units are offered to them first. */
  waiting?: boolean;
}

export function poolData(document: Document): PoolData {
  return document.data as unknown as PoolData;
}

export function poolDocumentData(data: PoolData): JsonObject {
  return { ...data } as unknown as JsonObject;
}

/** The account that units released in this pool go to. `document` may be missing for other owners. */
export function releaseAccount(pool: PoolId, document: Document | undefined): AccountId {
  if (document === undefined) return accountOf(pool, 'available');
  const data = poolData(document);
  if (data.waiting === true) return accountOf(pool, 'offered');
  if (document.state === 'CLOSED' && data.home !== undefined) {
    return accountOf(data.home, 'available');
  }
  return accountOf(pool, 'available');
}
