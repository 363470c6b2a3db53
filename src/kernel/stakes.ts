// A stake: one count under a limit that a whole reservation takes, whatever its lines: a buyer's order
// in progress, a use of a voucher. It goes back when the reservation ends without a sale.

import type { Claim, Document, Floor, Move, MoveClaim, Transaction } from '../engines/contract.ts';
import { limitAccounts } from './accounts.ts';
import { asJson, type ReservationData } from './reservation.ts';

/** As a reservation keeps it; its claim stands behind those of lines and limits. */
export interface StakeData {
  limit: string;
  /** What the limit counts for: a buyer, a code. */
  of: string;
  /** It counts only until the units are sold. */
  untilSold?: true;
}

export interface Stake extends StakeData {
  /** Missing: as it was stated before. */
  quantityMax?: number;
}

/** Names that no purchase limit of a shop's own can have. */
export const ORDER_IN_PROGRESS = '+order';

/** A buyer's only order in progress. */
export function orderInProgress(buyer: string): Stake {
  return {
    limit: ORDER_IN_PROGRESS,
    of: buyer,
    untilSold: true,
    quantityMax: 1,
  };
}

/** Adds what stakes take to a transaction whose first write is what keeps them: a reservation. */
export function addStakes(transaction: Transaction, stakes: readonly Stake[]): Transaction {
  if (stakes.length === 0) return transaction;
  const { moves = [], floors = [], writes = [] } = transaction;
  const [reservation, ...others] = writes;
  const taken: Move[] = [];
  const claims: MoveClaim[] = [];
  const stated: Floor[] = [];
  stakes.forEach(({ limit, of, quantityMax }, index) => {
    const accounts = limitAccounts(limit, of);
    if (quantityMax !== undefined) stated.push({ account: accounts.used, floor: -quantityMax });
    taken.push({ legs: [{ from: accounts.used, to: accounts.granted }], quantity: 1 });
    claims.push({ move: moves.length + index, leg: 0, undo: accounts.used });
  });
  const before = stakesOf(reservation!.data);
  const added = stakes.map(({ quantityMax: _, ...stake }) => stake);
  const data = asJson({ ...reservation!.data, stakes: [...before, ...added] });
  return {
    ...transaction,
    floors: [...floors, ...stated],
    moves: [...moves, ...taken],
    writes: [
      { ...reservation!, data, claims: [...(reservation!.claims ?? []), ...claims] },
      ...others,
    ],
  };
}

/** The stakes that a document had and that count beyond the sale, to be taken again. */
export function lastingStakes(data: Document['data']): Stake[] {
  return stakesOf(data).filter(({ untilSold }) => untilSold !== true);
}

/** A reservation has stakes, and an order that waits to be paid without one. */
function stakesOf(data: Document['data']): readonly StakeData[] {
  return (data as { stakes?: StakeData[] }).stakes ?? [];
}

/** An order that holds no units has stakes of its own, and no other claims. */
export function claimsBeforeStakes({ kind, data }: Pick<Document, 'kind' | 'data'>): number {
  if (kind === 'order') return 0;
  const { lines, limits = [] } = data as unknown as ReservationData;
  return lines.length + limits.length;
}

/** Lets go of all stakes of a document that keeps its claims. */
export function endStakes(document: Document): { claims: Claim[]; moves: Move[] } {
  const { stakes = [] } = document.data as { stakes?: StakeData[] };
  const before = claimsBeforeStakes(document);
  return letGoOfStakes(document.claims, { stakes, before, ends: () => true });
}

/** Lets go of the stakes that `ends` says, behind the first `before` claims. */
export function letGoOfStakes(
  claims: readonly Claim[],
  {
    stakes,
    before,
    ends,
  }: { stakes: readonly StakeData[]; before: number; ends: (stake: StakeData) => boolean },
): { claims: Claim[]; moves: Move[] } {
  const moves: Move[] = [];
  const left = claims.map((claim, index) => {
    const stake = stakes[index - before];
    const { account, undo, quantity } = claim;
    if (stake === undefined || quantity === 0 || !ends(stake)) return claim;
    moves.push({ legs: [{ from: account, to: undo }], quantity });
    return { account, undo, quantity: 0 };
  });
  return { claims: left, moves };
}
