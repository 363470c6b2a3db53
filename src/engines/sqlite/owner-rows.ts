// The rows of owners, each with its number and its accounts: read when they are needed, kept at hand, written
// together. With a row for each account the orders of a sale, each of a new buyer, made three rows for one.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import type { AccountId, AccountState } from '../contract.ts';
import { accountsOf, accountsText } from './accounts-text.ts';
import { sumOf } from './row-sums.ts';
import { checkOwner, type TableCounts } from './tables-check.ts';

/** Owners kept at hand; beyond it they are read again. */
const AT_HAND_MAX = 100_000;
/** The number of an owner that is touched for the first time. */
const FIRST = 1;

interface Owner {
  id: string;
  seq: number;
  accounts: Map<string, AccountState>;
  hasRow: boolean;
  /** It is ahead of its row. */
  dirty: boolean;
}

export class OwnerRows {
  readonly #counts: TableCounts;
  readonly #atHand = new Map<string, Owner>();
  #dirty: Owner[] = [];
  readonly #read: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;

  constructor(tables: DatabaseSync, counts: TableCounts) {
    this.#counts = counts;
    this.#read = tables.prepare('SELECT * FROM owner WHERE id = ?');
    this.#insert = tables.prepare('INSERT INTO owner VALUES (?, ?, ?, ?)');
    this.#update = tables.prepare('UPDATE owner SET seq = ?, accounts = ?, sum = ? WHERE id = ?');
  }

  /** The number of an owner, before its accounts are asked for. */
  touch(id: string, seq: number): void {
    this.#changing(id, seq).seq = seq;
  }

  /** An account that is about to change. */
  account(id: AccountId): AccountState {
    const { accounts } = this.#changing(ownerOf(id));
    const name = nameOf(id);
    let state = accounts.get(name);
    if (state === undefined) {
      state = { balance: 0, floor: 0, inflow: 0 };
      accounts.set(name, state);
    }
    return state;
  }

  flush(): void {
    for (const owner of this.#dirty) {
      const { id, seq } = owner;
      const accounts = accountsText(owner.accounts);
      const sum = sumOf(id, seq, accounts);
      if (owner.hasRow) this.#update.run(seq, accounts, sum, id);
      else {
        this.#insert.run(id, seq, accounts, sum);
        this.#counts.owners += 1;
      }
      owner.hasRow = true;
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
    const row = this.#read.get(id);
    if (row === undefined) return undefined;
    checkOwner(row);
    const accounts = accountsOf(String(row.accounts));
    return { id, seq: Number(row.seq), accounts, hasRow: true, dirty: false };
  }
}

function newOwner(id: string): Owner {
  return { id, seq: 0, accounts: new Map(), hasRow: false, dirty: false };
}
