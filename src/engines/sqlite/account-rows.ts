// The rows of accounts and of their owners' numbers: read when they are needed, kept at hand, written together.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ownerOf } from '../../kernel/accounts.ts';
import type { AccountId, AccountState } from '../contract.ts';
import { accountSum, sumOf } from './row-sums.ts';
import { checkAccount, type TableCounts } from './tables-check.ts';

/** Accounts kept at hand; beyond it they are read again. */
const AT_HAND_MAX = 200_000;
/** The number of an owner that is touched for the first time. */
const FIRST = 1;

/** An account at hand, and whether it is ahead of its row. */
interface TakenAccount extends AccountState {
  dirty: boolean;
}

export class AccountRows {
  readonly #counts: TableCounts;
  readonly #accounts = new Map<AccountId, TakenAccount>();
  readonly #dirty: AccountId[] = [];
  readonly #seqs = new Map<string, number>();
  /** Owners among them that have no row yet, nor have their accounts: looking for those was half of a sale's. */
  readonly #made = new Set<string>();
  readonly #read: StatementSync;
  readonly #put: StatementSync;
  readonly #makeOwner: StatementSync;
  readonly #moveOwner: StatementSync;

  constructor(tables: DatabaseSync, counts: TableCounts) {
    this.#counts = counts;
    this.#read = tables.prepare('SELECT * FROM account WHERE id = ?');
    this.#put = tables.prepare('INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?)');
    this.#makeOwner = tables.prepare('INSERT INTO owner VALUES (?, ?, ?)');
    this.#moveOwner = tables.prepare('UPDATE owner SET seq = ?, sum = ? WHERE id = ?');
  }

  /** The number of an owner, before its accounts are asked for. */
  touch(owner: string, seq: number): void {
    if (seq === FIRST) this.#made.add(owner);
    this.#seqs.set(owner, seq);
  }

  /** An account that is about to change. */
  account(id: AccountId): AccountState {
    let state = this.#accounts.get(id);
    if (state === undefined) {
      state = { ...this.#stored(id), dirty: false };
      this.#accounts.set(id, state);
    }
    if (!state.dirty) {
      state.dirty = true;
      this.#dirty.push(id);
    }
    return state;
  }

  flush(): void {
    for (const id of this.#dirty) {
      const state = this.#accounts.get(id)!;
      const { balance, floor, inflow } = state;
      state.dirty = false;
      this.#put.run(id, balance, floor, inflow, accountSum(id, state));
    }
    this.#dirty.length = 0;
    if (this.#accounts.size > AT_HAND_MAX) this.#accounts.clear();
    for (const [owner, seq] of this.#seqs) this.#putOwner(owner, seq);
    this.#seqs.clear();
    this.#made.clear();
  }

  #stored(id: AccountId): AccountState {
    const row = this.#made.has(ownerOf(id)) ? undefined : this.#read.get(id);
    if (row === undefined) {
      this.#counts.accounts += 1;
      return { balance: 0, floor: 0, inflow: 0 };
    }
    checkAccount(row);
    return {
      balance: Number(row.balance),
      floor: Number(row.floor),
      inflow: Number(row.inflow),
    };
  }

  #putOwner(owner: string, seq: number): void {
    const sum = sumOf(owner, seq);
    if (!this.#made.has(owner) && Number(this.#moveOwner.run(seq, sum, owner).changes) === 1)
      return;
    this.#makeOwner.run(owner, seq, sum);
    this.#counts.owners += 1;
  }
}
