// What documents claim on each account, summed: everything held, sold or granted is claimed by the
// documents that account for it, unit by unit, after every entry.

import type { AccountId, Claim, Entry } from '../engines/contract.ts';
import { nameOf } from '../kernel/accounts.ts';
import { OpenParts } from './open-parts.ts';
import type { Problems } from './problems.ts';
import type { ReplayedAccounts } from './replayed-accounts.ts';
import type { Change } from './replayed-documents.ts';

/** Accounts that hold nothing but what is claimed. */
const CLAIMED: ReadonlySet<string> = new Set([
  'held',
  'leased',
  'returning',
  'inspecting',
  'sold',
  'granted',
]);

/** What is final holds nothing of these, and so a checkpoint leaves nothing of them out. */
const CLAIMED_BY_OPEN: ReadonlySet<string> = new Set(['held', 'leased', 'returning', 'inspecting']);

export class ReplayedClaims {
  readonly #sums = new Map<AccountId, number>();
  readonly #accounts: ReplayedAccounts;
  readonly #problems: Problems;
  readonly #parts = new OpenParts();

  constructor(accounts: ReplayedAccounts, problems: Problems) {
    this.#accounts = accounts;
    this.#problems = problems;
  }

  /** Starts from a checkpoint, which may leave out documents that are final, but none that holds. */
  load(claims: Iterable<Claim>): void {
    for (const claim of claims) this.#add(claim, 1);
    for (const id of this.#accounts.accounts.keys()) {
      if (CLAIMED_BY_OPEN.has(nameOf(id))) this.#check(id);
      else if (CLAIMED.has(nameOf(id))) this.#adopt(id);
    }
  }

  take(entry: Entry, changes: readonly Change[]): void {
    const touched = new Set<AccountId>();
    const adopted = new Set<AccountId>();
    for (const { before, after } of changes) {
      for (const claim of after.claims) {
        this.#add(claim, 1);
        touched.add(claim.account);
        if (before === 'unknown') adopted.add(claim.account);
      }
      if (before === undefined || before === 'unknown') continue;
      for (const claim of before.claims) {
        this.#add(claim, -1);
        touched.add(claim.account);
      }
    }
    for (const { from, to } of entry.moves) touched.add(from).add(to);
    for (const id of adopted) this.#adopt(id);
    for (const id of this.#parts.take(entry.documents)) touched.add(id);
    for (const id of touched) {
      if (CLAIMED.has(nameOf(id)) && !this.#parts.stand(id)) this.#check(id);
    }
  }

  #check(id: AccountId): void {
    const balance = this.#accounts.balance(id);
    const claimed = this.#sums.get(id) ?? 0;
    if (balance === claimed) return;
    this.#problems.add('I6', `${id} holds ${balance}, its documents claim ${claimed}`);
    // Once is enough: the same difference would show at every later entry.
    this.#adopt(id);
  }

  /** Takes what is there as claimed. */
  #adopt(id: AccountId): void {
    this.#sums.set(id, this.#accounts.balance(id));
  }

  #add({ account, quantity }: Claim, sign: 1 | -1): void {
    this.#sums.set(account, (this.#sums.get(account) ?? 0) + sign * quantity);
  }
}
