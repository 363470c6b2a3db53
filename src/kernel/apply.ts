// The decider: takes a snapshot and a batch, says for each transaction whether it is applied or
// refused, and what has changed. Pure and synchronous; the time comes with the snapshot. Every
// engine decides with this function or with a script that passes the same conformance cases.

import type {
  Claim,
  CommitRefusal,
  Destination,
  Document,
  DocumentId,
  DocumentWrite,
  Entry,
  Floor,
  Move,
  MoveClaim,
  Outcome,
  OwnerSeq,
  ResolvedMove,
  Transaction,
} from '../engines/contract.ts';
import { moveUnits, setFloor, spareOf } from './account-steps.ts';
import { BALANCE_MAX, ownerOfDocument, poolDocumentId } from './accounts.ts';
import { sameCommand } from './fingerprint.ts';
import { failedGuard } from './guards.ts';
import { nextVersion } from './next-version.ts';
import { type AccountChange, Overlay, type OwnerChange, type Snapshot } from './overlay.ts';
import { releaseAccount } from './pool.ts';

export const DUE_LIMIT = 64;

const NO_MOVES: readonly Move[] = [];
const NO_WRITES: readonly DocumentWrite[] = [];
const NO_CLAIMS: readonly (Claim | MoveClaim)[] = [];
/** Stands for no numbers yet; never handed out. */
const NO_SEQS: OwnerSeq[] = [];

export interface Applied {
  outcomes: Outcome[];
  /** The accepted transactions, in order; their positions go on from the snapshot's. */
  entries: Entry[];
  /** The state after the batch of each thing that it changed, once. */
  accounts: readonly AccountChange[];
  documents: ReadonlyMap<DocumentId, Document>;
  owners: readonly OwnerChange[];
}

/** Decides a batch in order. Each transaction sees what the ones before it changed. */
export function apply(snapshot: Snapshot, transactions: readonly Transaction[]): Applied {
  const overlay = new Overlay(snapshot);
  const attempt = new Attempt(overlay);
  const outcomes = transactions.map((transaction) => decide(overlay, attempt, transaction));
  return {
    outcomes,
    entries: overlay.entries,
    accounts: overlay.changedAccounts,
    documents: overlay.documents,
    owners: overlay.changedOwners,
  };
}

function decide(overlay: Overlay, attempt: Attempt, transaction: Transaction): Outcome {
  const { request } = transaction;
  if (request !== undefined) {
    const first = overlay.request(request);
    if (first !== undefined) {
      return sameCommand(first.request!.hash, request.hash)
        ? { ok: true, repeated: true, entry: first }
        : { ok: false, refusal: { code: 'request-reused', first } };
    }
  }
  if (transaction.guards !== undefined) {
    for (const guard of transaction.guards) {
      const refusal = failedGuard(overlay, guard);
      if (refusal !== undefined) return { ok: false, refusal };
    }
  }
  const refusal = attempt.make(transaction);
  if (refusal !== undefined) {
    attempt.takeBack();
    return { ok: false, refusal };
  }
  const entry = attempt.entry(transaction);
  overlay.accept(entry);
  return { ok: true, repeated: false, entry };
}

/**
 * One transaction on its way: moves units on the overlay and can put everything back. One object
 * serves a whole batch, transaction by transaction; what it notes down to put back it notes in lists
 * that stay, because new ones per transaction were a tenth of the memory that a reserve went through.
 */
class Attempt {
  readonly #overlay: Overlay;
  /** The accounts touched so far, with balance, floor and inflow before each touch. */
  readonly #touched: AccountChange[] = [];
  readonly #before: number[] = [];
  #touches = 0;
  /** Every leg of every move, in order; the legs of move i start at `#starts[i]`. */
  #legs: ResolvedMove[] = [];
  #filled = 0;
  readonly #starts: number[] = [];
  #granted: number[] = [];
  #seqs: OwnerSeq[] = NO_SEQS;

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
  }

  make(transaction: Transaction): CommitRefusal | undefined {
    this.#touches = 0;
    const { floors, moves = NO_MOVES, grantedMin, grantedMax } = transaction;
    // As long as they will be: a list that grows starts with room for 17.
    this.#legs = new Array(legsOf(moves));
    this.#granted = new Array(moves.length);
    this.#filled = 0;
    if (floors !== undefined) for (const floor of floors) this.#setFloor(floor);
    let total = 0;
    // What the moves still to come ask at least is set aside for them.
    let later = grantedMax === undefined ? 0 : leastOf(moves);
    for (let index = 0; index < moves.length; index += 1) {
      const move = moves[index]!;
      later -= move.quantityMin ?? move.quantity;
      const left = grantedMax === undefined ? Number.POSITIVE_INFINITY : grantedMax - total - later;
      const refusal = this.#move(move, index, left);
      if (refusal !== undefined) return refusal;
      total += this.#granted[index]!;
    }
    if (grantedMin !== undefined && total < grantedMin) {
      return this.#insufficient(-1, this.#shortest(moves));
    }
    return undefined;
  }

  takeBack(): void {
    for (let touch = this.#touches - 1; touch >= 0; touch -= 1) {
      const account = this.#touched[touch]!;
      account.balance = this.#before[3 * touch]!;
      account.floor = this.#before[3 * touch + 1]!;
      account.inflow = this.#before[3 * touch + 2]!;
    }
  }

  entry(transaction: Transaction): Entry {
    const overlay = this.#overlay;
    const position = overlay.snapshot.position + overlay.entries.length + 1;
    this.#seqs = NO_SEQS;
    for (let touch = 0; touch < this.#touches; touch += 1) {
      const account = this.#touched[touch]!;
      if (!account.changed) {
        account.changed = true;
        overlay.changedAccounts.push(account);
      }
      this.#raise(account.owner, position);
    }
    const documents = (transaction.writes ?? NO_WRITES).map((write) => {
      const owner = ownerOfDocument(write.id);
      if (owner !== undefined) this.#raise(overlay.owner(owner), position);
      return this.#write(write);
    });
    const entry: Entry = {
      position,
      atMs: overlay.snapshot.nowMs,
      granted: this.#granted,
      moves: this.#granted.includes(0)
        ? this.#legs.filter(({ quantity }) => quantity > 0)
        : this.#legs,
      documents,
      seqs: this.#seqs === NO_SEQS ? [] : this.#seqs,
      events: transaction.events,
    };
    if (transaction.request !== undefined) entry.request = transaction.request;
    if (transaction.floors !== undefined) entry.floors = transaction.floors;
    return entry;
  }

  /** Gives an owner its next number, once per transaction. */
  #raise(owner: OwnerChange, position: number): void {
    if (owner.raisedAt === position) return;
    if (owner.raisedAt === 0) this.#overlay.changedOwners.push(owner);
    owner.raisedAt = position;
    owner.seq += 1;
    const seq: OwnerSeq = [owner.owner, owner.seq];
    if (this.#seqs === NO_SEQS) this.#seqs = [seq];
    else this.#seqs.push(seq);
  }

  #setFloor({ account: id, floor }: Floor): void {
    const account = this.#overlay.account(id);
    this.#remember(account);
    setFloor(account, floor);
  }

  #move(move: Move, index: number, left: number): CommitRefusal | undefined {
    const most = Math.min(move.quantity, left);
    let quantity = Math.max(most, move.quantityMin ?? move.quantity);
    for (const leg of move.legs) {
      const source = this.#overlay.account(leg.from);
      const spare = spareOf(source);
      if (spare >= quantity) continue;
      if (move.quantityMin === undefined || spare < move.quantityMin) {
        return this.#insufficient(index, source);
      }
      const due = this.#stillDue(source);
      // Units past their deadline lie idle there: free them first, then grant what there is.
      if (due.length > 0) return this.#insufficient(index, source, due);
      quantity = spare;
    }
    let at = this.#filled;
    this.#starts[index] = at;
    for (const leg of move.legs) {
      const resolved = { from: leg.from, to: this.#destination(leg.to), quantity };
      if (quantity > 0) {
        const refusal = this.#carry(resolved, index);
        if (refusal !== undefined) return refusal;
      }
      this.#legs[at] = resolved;
      at += 1;
    }
    this.#filled = at;
    this.#granted[index] = quantity;
    return undefined;
  }

  #carry({ from, to, quantity }: ResolvedMove, index: number): CommitRefusal | undefined {
    const source = this.#overlay.account(from);
    const target = this.#overlay.account(to);
    if (source.balance - quantity < -BALANCE_MAX) return { code: 'balance-range', account: from };
    // Two legs may share a source: each is checked against what the one before it left.
    if (source.balance - quantity < source.floor) return this.#insufficient(index, source);
    if (target.balance + quantity > BALANCE_MAX) return { code: 'balance-range', account: to };
    this.#remember(source);
    this.#remember(target);
    moveUnits(source, target, quantity);
    return undefined;
  }

  #destination(to: Destination): string {
    if (typeof to === 'string') return to;
    return releaseAccount(to.release, (pool) => this.#overlay.document(poolDocumentId(pool)));
  }

  #remember(account: AccountChange): void {
    const touch = this.#touches;
    this.#touched[touch] = account;
    this.#before[3 * touch] = account.balance;
    this.#before[3 * touch + 1] = account.floor;
    this.#before[3 * touch + 2] = account.inflow;
    this.#touches += 1;
  }

  /** The source with the least to give: the one to wait for when too little was granted. */
  #shortest(moves: readonly Move[]): AccountChange {
    let shortest: AccountChange | undefined;
    for (const move of moves) {
      for (const leg of move.legs) {
        const account = this.#overlay.account(leg.from);
        const less =
          shortest === undefined ||
          account.balance - account.floor < shortest.balance - shortest.floor;
        if (less) shortest = account;
      }
    }
    if (shortest === undefined) throw new RangeError('grantedMin without a move');
    return shortest;
  }

  #insufficient(move: number, source: AccountChange, due = this.#stillDue(source)): CommitRefusal {
    return {
      code: 'insufficient',
      move,
      account: source.id,
      available: spareOf(source),
      inflow: this.#inflowBefore(source),
      due,
      tentative: this.#overlay.hasTentative(source.id),
    };
  }

  #stillDue(source: AccountChange): DocumentId[] {
    return this.#overlay.due(source.id, DUE_LIMIT);
  }

  #inflowBefore(source: AccountChange): number {
    for (let touch = 0; touch < this.#touches; touch += 1) {
      if (this.#touched[touch] === source) return this.#before[3 * touch + 2]!;
    }
    return source.inflow;
  }

  #write(write: DocumentWrite): Document {
    const before = write.fresh === true ? undefined : this.#overlay.document(write.id);
    const claims = (write.claims ?? NO_CLAIMS).map((claim) => this.#claim(claim));
    return nextVersion(write, before, claims, this.#overlay.snapshot.nowMs);
  }

  #claim(claim: Claim | MoveClaim): Claim {
    if (!('move' in claim)) return claim;
    const { to, quantity } = this.#legs[this.#starts[claim.move]! + claim.leg]!;
    return { account: to, undo: claim.undo, quantity };
  }
}

function legsOf(moves: readonly Move[]): number {
  let count = 0;
  for (let index = 0; index < moves.length; index += 1) count += moves[index]!.legs.length;
  return count;
}

function leastOf(moves: readonly Move[]): number {
  return moves.reduce((sum, { quantity, quantityMin }) => sum + (quantityMin ?? quantity), 0);
}
