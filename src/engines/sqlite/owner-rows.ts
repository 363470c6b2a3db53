// The rows of owners, each with its number and its accounts: read when they are needed, kept at hand, written
// together. With a row for each account the orders of a sale, each of a new buyer, made three rows for one. Rows stand
// in the order in which owners came, and where each stands is known here: by name, a thousand new buyers changed as
// many pages as the table had, each of which was written twice. That was 35 of the 78 µs that an order of a sale took.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { moveUnits, setFloor } from '../../kernel/account-steps.ts';
import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import { textFingerprint } from '../../kernel/fingerprint.ts';
import { accountsOf, accountsText, type NamedAccount } from './accounts-text.ts';
import { FingerprintMap } from './fingerprint-map.ts';
import { type Envelope, fromOf, MOVE_PARTS } from './journal-line.ts';
import { ownerSum } from './row-sums.ts';
import { checkOwner, type TableCounts } from './tables-check.ts';

/** Owners kept at hand; beyond it they are read again. */
const AT_HAND_MAX = 100_000;
/** The number of an owner that is touched for the first time. */
const FIRST = 1;

interface Owner {
  id: string;
  seq: number;
  accounts: NamedAccount[];
  /** Its row, once there is one. */
  n: number | undefined;
  /** It is ahead of its row. */
  dirty: boolean;
}

export class OwnerRows {
  readonly #counts: TableCounts;
  readonly #tables: DatabaseSync;
  /** The rows by the fingerprints of their owners' names; made when a row is first looked for. */
  #places: FingerprintMap | undefined;
  #next: number;
  readonly #atHand = new Map<string, Owner>();
  #dirty: Owner[] = [];
  readonly #read: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;

  constructor(tables: DatabaseSync, counts: TableCounts) {
    this.#tables = tables;
    this.#counts = counts;
    this.#next = Number(tables.prepare('SELECT max(n) AS last FROM owner').get()?.last ?? 0) + 1;
    this.#read = tables.prepare('SELECT * FROM owner WHERE n = ?');
    this.#insert = tables.prepare('INSERT INTO owner VALUES (?, ?, ?, ?, ?)');
    this.#update = tables.prepare('UPDATE owner SET seq = ?, accounts = ?, sum = ? WHERE n = ?');
  }

  /** Takes an entry: numbers of owners first, so that none is looked for that cannot be there. */
  take([, , , moves, seqs, , , floors]: Envelope): void {
    const owners: (Owner | undefined)[] = [];
    for (let at = 0; at < seqs.length; at += 2) {
      const [named, seq] = [seqs[at]!, seqs[at + 1] as number];
      if (typeof named === 'string') this.#changing(named, seq).seq = seq;
      else {
        const owner = this.#changing(ownerOf(fromOf(moves, named)), seq);
        owner.seq = seq;
        owners[named] = owner;
      }
    }
    const ownerFrom = (move: number) =>
      owners[move] ?? this.#changing(ownerOf(fromOf(moves, move)));
    for (const { account, floor } of floors ?? []) {
      const isMoves = typeof account === 'number';
      const owner = isMoves ? ownerFrom(account) : this.#changing(ownerOf(account));
      setFloor(accountIn(owner, nameOf(isMoves ? fromOf(moves, account) : account)), floor);
    }
    for (let move = 0; move * MOVE_PARTS < moves.length; move += 1) {
      const from = fromOf(moves, move);
      const to = moves[move * MOVE_PARTS + 1] as string;
      const owner = ownerFrom(move);
      const toOwner = to.startsWith('/') ? owner : this.#changing(ownerOf(to));
      moveUnits(
        accountIn(owner, nameOf(from)),
        accountIn(toOwner, nameOf(to)),
        moves[move * MOVE_PARTS + 2] as number,
      );
    }
  }

  flush(): void {
    for (const owner of this.#dirty) {
      const { id, seq, n } = owner;
      const accounts = accountsText(owner.accounts);
      const sum = ownerSum(id, seq, accounts);
      if (n !== undefined) this.#update.run(seq, accounts, sum, n);
      else {
        owner.n = this.#next;
        this.#insert.run(owner.n, id, seq, accounts, sum);
        this.#places?.add(textFingerprint(id), owner.n);
        this.#next += 1;
        this.#counts.owners += 1;
      }
      owner.dirty = false;
    }
    this.#dirty = [];
    if (this.#atHand.size > AT_HAND_MAX) this.#atHand.clear();
  }

  #changing(id: string, seq?: number): Owner {
    let owner = this.#atHand.get(id);
    if (owner === undefined) {
      // Looking for rows that cannot be there was half of what a sale's orders took here.
      owner = (seq === FIRST ? undefined : this.#stored(id)) ?? newOwner(id);
      this.#atHand.set(id, owner);
    }
    if (!owner.dirty) {
      owner.dirty = true;
      this.#dirty.push(owner);
    }
    return owner;
  }

  #stored(id: string): Owner | undefined {
    this.#places ??= this.#allPlaces();
    for (const n of this.#places.get(textFingerprint(id)) ?? []) {
      const row = this.#read.get(n)!;
      // Another owner's name may have the same fingerprint.
      if (row.id !== id) continue;
      checkOwner(row);
      const accounts = accountsOf(String(row.accounts));
      return { id, seq: Number(row.seq), accounts, n, dirty: false };
    }
    return undefined;
  }

  #allPlaces(): FingerprintMap {
    const places = new FingerprintMap();
    for (const { n, id } of this.#tables.prepare('SELECT n, id FROM owner').iterate()) {
      places.add(textFingerprint(String(id)), Number(n));
    }
    return places;
  }
}

function newOwner(id: string): Owner {
  return { id, seq: 0, accounts: [], n: undefined, dirty: false };
}

/** An owner has a few. */
function accountIn({ accounts }: Owner, name: string): NamedAccount {
  for (const account of accounts) if (account.name === name) return account;
  const made = { name, balance: 0, floor: 0, inflow: 0 };
  accounts.push(made);
  return made;
}
