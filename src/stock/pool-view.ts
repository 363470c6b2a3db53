// A pool as a caller sees it.

import type { Decided, OwnerState, PoolId } from '../engines/contract.ts';
import { INSIDE, OUTSIDE, poolDocumentId } from '../kernel/accounts.ts';
import { type PoolState, poolData } from '../kernel/pool.ts';

export type Balances = Record<(typeof INSIDE)[number] | (typeof OUTSIDE)[number], number>;

/** A pool without its balances. */
export interface PoolInfo {
  id: string;
  product: string;
  place: string;
  home?: string;
  state: PoolState;
  /** Grows with every change; the pool's ETag. */
  version: number;
}

export interface Pool extends PoolInfo, Balances {}

/** What a pool has to sell. */
export type Available = Pick<Pool, 'id' | 'available' | 'state' | 'version'>;

export function viewAvailable({ owner, seq, accounts, document }: OwnerState): Available {
  const state = (document?.state ?? 'OPEN') as PoolState;
  return { id: owner, available: accounts.available?.balance ?? 0, state, version: seq };
}

/** What a receipt, an adjustment or a transfer moved, and the pool's version after it. */
export interface Moved {
  pool: PoolId;
  quantity: number;
  version: number;
}

export function viewMoved(entry: Decided, pool: PoolId): Moved {
  return { pool, quantity: entry.granted[0] ?? 0, version: versionIn(entry, pool) };
}

/** A pool as the entry that wrote its document left it. */
export function viewPoolEntry(entry: Decided, id: PoolId): PoolInfo {
  const document = entry.documents.find((each) => each.id === poolDocumentId(id))!;
  const { product, place, home } = poolData(document);
  const state = document.state as PoolState;
  const info = { id, product, place, state, version: versionIn(entry, id) };
  return home === undefined ? info : { ...info, home };
}

function versionIn(entry: Decided, pool: PoolId): number {
  return entry.seqs.find(([owner]) => owner === pool)?.[1] ?? 0;
}

export function viewPool(owner: OwnerState): Pool {
  const { document } = owner;
  const { product, place, home } = document
    ? poolData(document)
    : { product: owner.owner, place: 'main', home: undefined };
  const pool = {
    id: owner.owner,
    product,
    place,
    state: (document?.state ?? 'OPEN') as PoolState,
    version: owner.seq,
    ...balances(owner),
  };
  return home === undefined ? pool : { ...pool, home };
}

/** Every account of a pool with its balance; 0 where it was never touched. */
export function balances(owner: OwnerState): Balances {
  const all: Partial<Balances> = {};
  for (const name of [...INSIDE, ...OUTSIDE]) all[name] = owner.accounts[name]?.balance ?? 0;
  return all as Balances;
}
