// What of a transaction each slot does by itself. Units that go from one slot to another go out of the one and
// into the other through an account `elsewhere` beside each pool, so that every slot's own moves come to zero;
// both together come to zero once both are made. What a slot gains before it is decided stands aside `in-transit`,
// where nobody can take it. Pure.

import { ELSEWHERE, NO_FLOOR, nameOf, ownerOf } from '../../kernel/accounts.ts';
import type { AccountId, DocumentWrite, Floor, Guard, ResolvedMove } from '../contract.ts';
import type { FixedTransaction } from './fixed.ts';
import { hasOwnPlace, type Placement } from './placement.ts';

/** Which move of the transaction it is of. */
export interface OwnMove extends ResolvedMove {
  move: number;
}

export interface Share {
  guards: Guard[];
  floors: Floor[];
  moves: OwnMove[];
  writes: DocumentWrite[];
}

/** A share's moves in two steps: taken before it is decided, given or taken back afterwards. */
export interface Aside {
  taken: OwnMove[];
  given: ResolvedMove[];
  /** Floors that what is taken needs, and those that can wait. */
  floors: Floor[];
  floorsLater: Floor[];
}

interface Placing {
  placement: Placement;
  home: number;
  placeOf: (id: string) => number;
}

export function sharesOf(fixed: FixedTransaction, placing: Placing): Map<number, Share> {
  const { placement, home, placeOf } = placing;
  const shares = new Map<number, Share>();
  const at = (slot: number): Share => {
    let share = shares.get(slot);
    if (share === undefined) {
      share = { guards: [], floors: [], moves: [], writes: [] };
      shares.set(slot, share);
    }
    return share;
  };
  at(home);
  for (const guard of fixed.guards) {
    const isOwner = 'owner' in guard;
    at(isOwner ? placement.ofOwner(guard.owner) : placeOf(guard.document)).guards.push(guard);
  }
  for (const floor of fixed.floors) at(placement.ofAccount(floor.account)).floors.push(floor);
  for (const { from, to, quantity, move } of fixed.legs) {
    const [source, target] = [placement.ofAccount(from), placement.ofAccount(to)];
    if (source === target) {
      at(source).moves.push({ move, from, to, quantity });
      continue;
    }
    const [out, back] = [elsewhere(from), elsewhere(to)];
    at(source).moves.push({ move, from, to: out, quantity });
    at(target).floors.push({ account: back, floor: NO_FLOOR });
    at(target).moves.push({ move, from: back, to, quantity });
  }
  for (const write of fixed.writes) {
    const isMade = write.fresh === true && !hasOwnPlace(write.id);
    at(isMade ? home : placeOf(write.id)).writes.push(write);
  }
  return shares;
}

/** Takes what it takes at once; what others could take of it only once it is decided. */
export function setAside({ moves, floors }: Pick<Share, 'moves' | 'floors'>): Aside {
  const sources = new Set(moves.map(({ from }) => from));
  const net = new Map<AccountId, { move: number; quantity: number }>();
  const change = (account: AccountId, move: number, quantity: number) => {
    net.set(account, { move, quantity: (net.get(account)?.quantity ?? 0) + quantity });
  };
  const taken: OwnMove[] = [];
  const given: ResolvedMove[] = [];
  const giveLater = (move: number, from: AccountId, to: AccountId, quantity: number) => {
    taken.push({ move, from, to: undecided(to), quantity });
    given.push({ from: undecided(to), to, quantity });
  };
  for (const { move, from, to, quantity } of moves) {
    change(from, move, -quantity);
    if (isElsewhere(to)) taken.push({ move, from, to, quantity });
    else if (!sources.has(to)) giveLater(move, from, to, quantity);
    else {
      // Others of its own moves need it: what is left in the end stands aside.
      taken.push({ move, from, to, quantity });
      change(to, move, quantity);
    }
  }
  for (const [account, { move, quantity }] of net) {
    if (quantity > 0) giveLater(move, account, account, quantity);
  }
  return {
    ...{ taken, given },
    floors: floors.filter(({ account }) => sources.has(account)),
    floorsLater: floors.filter(({ account }) => !sources.has(account)),
  };
}

export function isElsewhere(account: AccountId): boolean {
  return nameOf(account) === ELSEWHERE;
}

function elsewhere(account: AccountId): AccountId {
  return `${ownerOf(account)}/${ELSEWHERE}`;
}

export function undecided(account: AccountId): AccountId {
  return `${ownerOf(account)}/in-transit`;
}
