// A pool as a caller sees it.

import type { Decided, Document, OwnerState, PoolId } from '../engines/contract.ts';
import { INSIDE, OUTSIDE, poolDocumentId } from '../kernel/accounts.ts';
import { type PoolState, poolData } from '../kernel/pool.ts';
import { isWithinPool, wholePool } from '../kernel/segments.ts';

export type Balances = Record<(typeof INSIDE)[number] | (typeof OUTSIDE)[number], number>;

/** Sold in segments or not is no state to whoever looks. */
export type ShownState = Exclude<PoolState, 'SEGMENTED'>;

/** A pool without its balances. */
export interface PoolInfo {
  id: string;
  product: string;
  place: string;
  home?: string;
  /** The sale that it belongs to. */
  sale?: string;
  state: ShownState;
  /** From how many segments it is sold, if it is. */
  segments?: number;
  /** Grows with every change; the pool's ETag. */
  version: number;
}

export interface Pool extends PoolInfo, Balances {}

/** What a pool has to sell. */
export type Available = Pick<Pool, 'id' | 'available' | 'state' | 'version'>;

export function viewAvailable({ owner, seq, accounts, document }: OwnerState): Available {
  const state = shownState(document);
  return { id: owner, available: accounts.available?.balance ?? 0, state, version: seq };
}

/** What a receipt, an adjustment or a transfer moved, and the pool's version after it. */
export interface Moved {
  pool: PoolId;
  quantity: number;
  version: number;
}

export function viewMoved(entry: Decided, pool: PoolId): Moved {
  if (entry.granted.length <= 1) {
    return { pool, quantity: entry.granted[0] ?? 0, version: versionIn(entry, pool) };
  }
  // Of a segmented pool: what went from place to place within it has not moved.
  let quantity = 0;
  for (const move of entry.moves) if (!isWithinPool(move)) quantity += move.quantity;
  return { pool, quantity, version: versionIn(entry, pool) };
}

/** A pool as the entry that wrote its document left it. */
export function viewPoolEntry(entry: Decided, id: PoolId): PoolInfo {
  const document = entry.documents.find((each) => each.id === poolDocumentId(id))!;
  return { id, ...infoOf(document), version: versionIn(entry, id) };
}

function infoOf(document: Document): Omit<PoolInfo, 'id' | 'version'> {
  const { product, place, home, sale, segments } = poolData(document);
  const info: Omit<PoolInfo, 'id' | 'version'> = { product, place, state: shownState(document) };
  if (home !== undefined) info.home = home;
  if (sale !== undefined) info.sale = sale;
  if (segments !== undefined) info.segments = segments;
  return info;
}

/** A segmented pool sells like any other. */
export function shownState(document: Document | undefined): ShownState {
  const state = (document?.state ?? 'OPEN') as PoolState;
  return state === 'SEGMENTED' ? 'OPEN' : state;
}

/** The sum over all parts of a pool that the entry touched. */
function versionIn(entry: Decided, pool: PoolId): number {
  let version = 0;
  for (const [owner, seq] of entry.seqs) if (wholePool(owner) === pool) version += seq;
  return version;
}

export function viewPool(owner: OwnerState): Pool {
  const { document } = owner;
  const info = document
    ? infoOf(document)
    : { product: owner.owner, place: 'main', state: 'OPEN' as const };
  return { id: owner.owner, ...info, version: owner.seq, ...balances(owner) };
}

/** Every account of a pool with its balance; 0 where it was never touched. */
export function balances(owner: OwnerState): Balances {
  const all: Partial<Balances> = {};
  for (const name of [...INSIDE, ...OUTSIDE]) all[name] = owner.accounts[name]?.balance ?? 0;
  return all as Balances;
}
