// One hot pool that is sold as several: how its segments are called, which of them is asked first, and how
// units are shared out among them and brought together. A segment is a pool like any other; who asks names
// the whole. Must not know who asks for what.

import type {
  DocumentGuard,
  Floor,
  Move,
  OwnerState,
  PoolId,
  Transaction,
} from '../engines/contract.ts';
import {
  type AccountName,
  accountOf,
  NO_FLOOR,
  nameOf,
  ownerOf,
  poolDocumentId,
} from './accounts.ts';
import { textFingerprint } from './fingerprint.ts';

export const SEGMENTS_MAX = 64;

/** Stands in no id that a caller may give. */
const MARK = '~';

export interface Segments {
  pool: PoolId;
  /** The version of the pool's document that says so. */
  version: number;
  /** So many are sold from. */
  active: number;
  /** So many there have ever been: what is released in one that is not sold from any more still counts. */
  all: number;
}

/** The pool that a segment is of; any other pool itself. */
export function wholePool(owner: string): PoolId {
  const at = owner.indexOf(MARK);
  // What counts for a buyer may have any name.
  return at < 0 || owner.startsWith('!') ? owner : owner.slice(0, at);
}

/** The segments that a pool is sold from. */
export function activeSegments({ pool, active }: Segments): PoolId[] {
  return firstOf(pool, active);
}

export function allSegments({ pool, all }: Segments): PoolId[] {
  return firstOf(pool, all);
}

function firstOf(pool: PoolId, count: number): PoolId[] {
  return Array.from({ length: count }, (_, index) => `${pool}${MARK}${index + 1}`);
}

/** Every owner of units of the pool: its own accounts may hold what was there before it had segments. */
export function partsOf(segments: Segments): PoolId[] {
  return [segments.pool, ...allSegments(segments)];
}

/** The segment that is asked first on behalf of somebody; the same one always, and others for others. */
export function firstSegment({ pool, active }: Segments, onBehalfOf: string): PoolId {
  return `${pool}${MARK}${1 + (textFingerprint(onBehalfOf) % active)}`;
}

/** Holds as long as the pool has the segments that were planned for. */
export function segmentsGuard({ pool, version }: Segments): DocumentGuard {
  return { document: poolDocumentId(pool), version };
}

/**
 * Up to so many units from every other part into one, so that what is left of the whole stands where it is
 * asked for. By itself refuses nothing but what falls due first.
 */
export function gather(
  segments: Segments,
  into: PoolId,
  { quantity, name = 'available' }: { quantity: number; name?: AccountName },
): Move[] {
  const parts = partsOf(segments);
  const at = parts.indexOf(into);
  // Starts behind the one that is short, so that all are drawn on alike.
  const others = [...parts.slice(at + 1), ...parts.slice(0, at)];
  return others.map((part) => ({
    legs: [{ from: accountOf(part, name), to: accountOf(into, name) }],
    quantity,
    quantityMin: 0,
  }));
}

/** Whether a move only carries units from one part of a pool to another. */
export function isWithinPool({ from, to }: { from: string; to: string }): boolean {
  return nameOf(from) === nameOf(to) && wholePool(ownerOf(from)) === wholePool(ownerOf(to));
}

/** How many of a transaction's moves stand before the first that carries anything out of its place. */
export function gatheredFirst({ moves = [] }: Transaction): number {
  const first = moves.findIndex(({ legs }) => {
    const [{ from, to }] = legs as [{ from: string; to: string | object }];
    return typeof to !== 'string' || !isWithinPool({ from, to });
  });
  return first < 0 ? moves.length : first;
}

/** What each of several segments gets of a quantity, as even as can be, the larger shares from `start` on. */
export function evenShares(quantity: number, count: number, start = 0): number[] {
  const least = Math.floor(quantity / count);
  const more = quantity % count;
  return Array.from({ length: count }, (_, index) => {
    const place = (index - (start % count) + count) % count;
    return least + (place < more ? 1 : 0);
  });
}

/** Outside accounts of all parts; stating them touches each part, so that the whole's number is known. */
export function outsideFloors(segments: Segments): Floor[] {
  return partsOf(segments).flatMap((part) => [
    { account: accountOf(part, 'supply'), floor: NO_FLOOR },
    { account: accountOf(part, 'written-off'), floor: NO_FLOOR },
  ]);
}

/** All parts as one: balances and numbers are sums. The first is the pool itself. */
export function asOne([pool, ...segments]: readonly OwnerState[]): OwnerState {
  const accounts = structuredClone(pool!.accounts);
  let { seq } = pool!;
  for (const segment of segments) {
    seq += segment.seq;
    for (const [name, { balance, floor, inflow }] of Object.entries(segment.accounts)) {
      const sum = accounts[name];
      if (sum === undefined) accounts[name] = { balance, floor, inflow };
      else {
        sum.balance += balance;
        sum.floor = Math.max(sum.floor + floor, NO_FLOOR);
        sum.inflow += inflow;
      }
    }
  }
  return { ...pool!, seq, accounts };
}
