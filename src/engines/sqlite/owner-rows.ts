// The rows of owners, each with its number and its accounts: read when they are needed, kept at hand, written
// together. Rows stand in the order in which owners came, and where each stands is known here: by name, a thousand new
// buyers changed as many pages as the table had, each of which was written twice, 35 of the 78 µs that an order of a
// sale took. Owners that come together share a row, because each order of a sale is a new buyer's: with a row for each,
// such an order took 36 µs of the thread behind the journal, and a plain one 25.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { moveUnits, setFloor } from '../../kernel/account-steps.ts';
import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import { textFingerprint } from '../../kernel/fingerprint.ts';
import { joined } from '../../kernel/joined.ts';
import type { NamedAccount } from './accounts-text.ts';
import { FingerprintMap } from './fingerprint-map.ts';
import { type Envelope, fromOf, MOVE_PARTS } from './journal-line.ts';
import {
  bodyOf,
  idOfLine,
  isLineOf,
  linesOfBody,
  ownerLine,
  ownerOfLine,
  type StoredOwner,
} from './owner-text.ts';
import { sumOf } from './row-sums.ts';
import { checkOwners, type TableCounts } from './tables-check.ts';

/** Owners, and rows, kept at hand; beyond it they are read again. */
const AT_HAND_MAX = 100_000;
/** Owners in a row, or a few more: whoever of them changes, all are written. */
const ROW_MAX = 16;
/** The number of an owner that is touched for the first time. */
const FIRST = 1;

interface Row {
  n: number;
  /** The owners as they were written last (owner-text.ts). */
  body: string;
  /** The same owner by owner, while one is looked for or ahead of it. */
  lines: string[] | undefined;
  /** Some of them are ahead of it. */
  dirty: boolean;
}

/** One that has a row. */
interface Owner extends StoredOwner {
  row: Row;
  /** Its line there. */
  at: number;
  /** It is ahead of its row. */
  dirty: boolean;
}

export class OwnerRows {
  readonly #counts: TableCounts;
  readonly #tables: DatabaseSync;
  /** The rows by the fingerprints of their owners' names; made when a row is first looked for. */
  #places: FingerprintMap | undefined;
  #next: number;
  /**
   * Those that came since the last row was written, and are looked for in it after that: kept at hand as it is, each
   * buyer that a sale brings in left 1,030 bytes in memory instead of 130, for the young collections to copy.
   */
  #newcomers = new Map<string, StoredOwner>();
  readonly #atHand = new Map<string, Owner>();
  readonly #rows = new Map<number, Row>();
  #dirty: Owner[] = [];
  readonly #read: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;

  constructor(tables: DatabaseSync, counts: TableCounts) {
    this.#tables = tables;
    this.#counts = counts;
    this.#next = Number(tables.prepare('SELECT max(n) AS last FROM owners').get()?.last ?? 0) + 1;
    this.#read = tables.prepare('SELECT * FROM owners WHERE n = ?');
    this.#insert = tables.prepare('INSERT INTO owners VALUES (?, ?, ?)');
    this.#update = tables.prepare('UPDATE owners SET body = ?, sum = ? WHERE n = ?');
  }

  /** Takes an entry: numbers of owners first, so that none is looked for that cannot be there. */
  take([, , , moves, seqs, , , floors]: Envelope): void {
    const owners: (StoredOwner | undefined)[] = [];
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
    if (this.#newcomers.size >= ROW_MAX) this.#append();
  }

  flush(): void {
    const changed: Row[] = [];
    for (const owner of this.#dirty) {
      owner.dirty = false;
      const { row } = owner;
      if (!row.dirty) changed.push(row);
      row.dirty = true;
      linesOf(row)[owner.at] = ownerLine(owner);
    }
    this.#dirty = [];
    for (const row of changed) this.#rewrite(row);
    if (this.#newcomers.size > 0) this.#append();
    if (this.#atHand.size <= AT_HAND_MAX && this.#rows.size <= AT_HAND_MAX) return;
    this.#atHand.clear();
    this.#rows.clear();
  }

  #rewrite(row: Row): void {
    const body = bodyOf(linesOf(row));
    this.#update.run(body, sumOf(row.n, body), row.n);
    row.body = body;
    row.lines = undefined;
    row.dirty = false;
  }

  #append(): void {
    const owners = [...this.#newcomers.values()];
    this.#newcomers = new Map();
    const n = this.#next;
    this.#next += 1;
    const body = bodyOf(owners.map(ownerLine));
    this.#insert.run(n, body, sumOf(n, body));
    this.#rows.set(n, { n, body, lines: undefined, dirty: false });
    for (const { id } of owners) this.#places?.add(textFingerprint(id), n);
    this.#counts.owners += owners.length;
  }

  #changing(id: string, seq?: number): StoredOwner {
    const newcomer = this.#newcomers.get(id);
    if (newcomer !== undefined) return newcomer;
    // Looking for rows that cannot be there was half of what a sale's orders took here.
    const owner = seq === FIRST ? undefined : (this.#atHand.get(id) ?? this.#stored(id));
    if (owner === undefined) {
      const made = { id, seq: 0, accounts: [] };
      this.#newcomers.set(id, made);
      return made;
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
      const row = this.#row(n);
      const lines = linesOf(row);
      // Another owner's name may have the same fingerprint.
      const at = lines.findIndex((line) => isLineOf(line, id));
      if (at < 0) continue;
      const owner = { ...ownerOfLine(lines[at]!), row, at, dirty: false };
      this.#atHand.set(id, owner);
      return owner;
    }
    return undefined;
  }

  #row(n: number): Row {
    let row = this.#rows.get(n);
    if (row === undefined) {
      const read = this.#read.get(n)!;
      checkOwners(read);
      row = { n, body: String(read.body), lines: undefined, dirty: false };
      this.#rows.set(n, row);
    }
    return row;
  }

  #allPlaces(): FingerprintMap {
    const places = new FingerprintMap();
    for (const { n, body } of this.#tables.prepare('SELECT n, body FROM owners').iterate()) {
      for (const line of linesOfBody(String(body))) {
        places.add(textFingerprint(idOfLine(line)), Number(n));
      }
    }
    return places;
  }
}

/** Whoever is looked for in a row is about to change, and then it is written line by line. */
function linesOf(row: Row): string[] {
  row.lines ??= linesOfBody(row.body);
  return row.lines;
}

/** An owner has a few. */
function accountIn(owner: StoredOwner, name: string): NamedAccount {
  const { accounts } = owner;
  for (const account of accounts) if (account.name === name) return account;
  const made = { name, balance: 0, floor: 0, inflow: 0 };
  // A list that grows by push starts with room for 17.
  owner.accounts = joined(accounts, [made]);
  return made;
}
