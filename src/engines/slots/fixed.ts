// A transaction with everything filled in that otherwise only the commit knows: where releases go, how many units
// partial moves grant, what claims hold. Slots that decide together need it so, because none of them sees all.
// What it was filled in from is guarded, or is refused by the slot where it has changed. Pure.

import type {
  AccountId,
  Claim,
  DocumentWrite,
  Floor,
  Guard,
  MoveClaim,
  PoolId,
  Transaction,
} from '../contract.ts';
import type { OwnMove } from './shares.ts';

export interface FixedTransaction {
  guards: Guard[];
  floors: readonly Floor[];
  /** Every leg that moves something, in order. */
  legs: OwnMove[];
  granted: number[];
  /** Without claims on moves. */
  writes: DocumentWrite[];
}

export interface Filling {
  /** By move. */
  granted: readonly number[];
  releases: ReadonlyMap<PoolId, AccountId>;
  guards: readonly Guard[];
}

/** Whether how much it grants is known only at the commit. */
export function isPartial({ moves = [], grantedMin, grantedMax }: Transaction): boolean {
  return (
    grantedMin !== undefined ||
    grantedMax !== undefined ||
    moves.some(({ quantityMin }) => quantityMin !== undefined)
  );
}

export function releasesOf({ moves = [] }: Transaction): PoolId[] {
  const pools = new Set<PoolId>();
  for (const { legs } of moves) {
    for (const { to } of legs) if (typeof to !== 'string') pools.add(to.release);
  }
  return [...pools];
}

export function fixed(transaction: Transaction, filling: Filling): FixedTransaction {
  const { guards = [], floors = [], moves = [], writes = [] } = transaction;
  const { granted, releases } = filling;
  const legs: OwnMove[] = [];
  const legsOf = moves.map(({ legs: all }, move) =>
    all.map(({ from, to }): OwnMove => {
      const target = typeof to === 'string' ? to : releases.get(to.release)!;
      const leg = { move, from, to: target, quantity: granted[move]! };
      if (leg.quantity > 0) legs.push(leg);
      return leg;
    }),
  );
  const claimOf = (claim: Claim | MoveClaim): Claim => {
    if (!('move' in claim)) return claim;
    const { to, quantity } = legsOf[claim.move]![claim.leg]!;
    return { account: to, undo: claim.undo, quantity };
  };
  return {
    guards: [...guards, ...filling.guards],
    floors,
    legs,
    granted: [...granted],
    writes: writes.map((write) =>
      write.claims === undefined ? write : { ...write, claims: write.claims.map(claimOf) },
    ),
  };
}
