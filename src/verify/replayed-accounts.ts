// Balances as the journal's moves make them: no account below its floor, no move out of its family,
// every owner that is touched is numbered. Knows of documents only which product a pool belongs to.

import type { AccountId, AccountState, CheckpointState, Entry } from '../engines/contract.ts';
import { ownerOf } from '../kernel/accounts.ts';
import type { Problems } from './problems.ts';

export class ReplayedAccounts {
  readonly accounts = new Map<AccountId, AccountState>();
  readonly #families = new Map<string, string>();
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  load({ accounts }: CheckpointState): void {
    for (const [id, state] of accounts) this.accounts.set(id, { ...state });
  }

  /** The product that a pool's units belong to. It never changes. */
  setFamily(pool: string, product: string): void {
    const before = this.#families.get(pool);
    if (before !== undefined && before !== product) {
      this.#problems.add('I1', `pool ${pool} turns from product ${before} into ${product}`);
    }
    this.#families.set(pool, product);
  }

  /** An owner without a document is a family of its own; so is every buyer's account of a limit. */
  familyOf(owner: string): string {
    return this.#families.get(owner) ?? owner;
  }

  balance(id: AccountId): number {
    return this.accounts.get(id)?.balance ?? 0;
  }

  take(entry: Entry): void {
    const touched = new Set<string>();
    for (const { account, floor } of entry.floors ?? []) {
      const state = this.#account(account);
      if (floor < state.floor) state.inflow += 1;
      state.floor = floor;
      touched.add(ownerOf(account));
    }
    for (const move of entry.moves) {
      this.#move(move);
      touched.add(ownerOf(move.from));
      touched.add(ownerOf(move.to));
    }
    const numbered = new Set(entry.seqs.map(([owner]) => owner));
    for (const owner of touched) {
      if (!numbered.has(owner)) this.#problems.add('I6', `${owner} is touched without a number`);
    }
  }

  /** What is in each family besides what came from outside: each sum must be zero. */
  checkFamilies(): void {
    const sums = new Map<string, number>();
    for (const [id, { balance }] of this.accounts) {
      const family = this.familyOf(ownerOf(id));
      sums.set(family, (sums.get(family) ?? 0) + balance);
    }
    for (const [family, sum] of sums) {
      if (sum !== 0) this.#problems.add('I1', `the accounts of ${family} sum to ${sum}, not to 0`);
    }
  }

  #move({ from, to, quantity }: Entry['moves'][number]): void {
    if (!Number.isSafeInteger(quantity) || quantity <= 0) {
      this.#problems.add('I6', `a move of ${quantity} from ${from} to ${to}`);
    }
    const [source, target] = [this.familyOf(ownerOf(from)), this.familyOf(ownerOf(to))];
    if (source !== target) {
      this.#problems.add('I1', `${quantity} move from ${from} (${source}) to ${to} (${target})`);
    }
    const state = this.#account(from);
    state.balance -= quantity;
    if (state.balance < state.floor) {
      this.#problems.add('I2', `${from} falls to ${state.balance}, its floor is ${state.floor}`);
    }
    const arriving = this.#account(to);
    arriving.balance += quantity;
    arriving.inflow += 1;
  }

  #account(id: AccountId): AccountState {
    let state = this.accounts.get(id);
    if (state === undefined) {
      state = { balance: 0, floor: 0, inflow: 0 };
      this.accounts.set(id, state);
    }
    return state;
  }
}
