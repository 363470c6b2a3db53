// The owners of what limits have given to buyers: each buyer of a sale is one, for good. One look finds all that is
// known of one: its number, its two accounts, and the document that gives back to it. Under names of their own in four
// Maps a new buyer was eight looks at memory that is not at hand (240 ns each), and three long names to keep.

import { isLimitAccount, ownerOf } from '../kernel/accounts.ts';
import type { Filed } from './claims-index.ts';
import type { AccountId, AccountState } from './contract.ts';
import type { DeadlineHeap } from './deadline-heap.ts';
import type { Handle } from './document-store.ts';

interface LimitOwner {
  seq: number;
  used: AccountState | undefined;
  granted: AccountState | undefined;
  /** What gives back to `used`: mostly one document, which stands here without a heap around it. */
  filed: DeadlineHeap | Handle | undefined;
}

export class LimitOwners {
  readonly #owners = new Map<string, LimitOwner>();
  /**
   * Buyers that came with what is taken now, in its order, by what they have used. What gives that back to them comes
   * after them in the same order: to cut the owner out of the name again and to find it takes 160 ns each time.
   */
  readonly #lately: { id: AccountId; owner: LimitOwner }[] = [];
  #next = 0;
  /** Accounts that no limit makes. */
  readonly #others = new Map<AccountId, AccountState>();
  /** Asked for last: mostly it is asked for several times in turn. */
  #lastOwner = '';
  #last: LimitOwner | undefined;

  /** What comes next belongs together: accounts, and then what gives back to them, in the same order. */
  begin(): void {
    this.#lately.length = 0;
    this.#next = 0;
  }

  get size(): number {
    return this.#owners.size;
  }

  /** Undefined for one that was never touched. */
  seq(owner: string): number | undefined {
    return this.#find(owner)?.seq;
  }

  putSeq(owner: string, seq: number): void {
    this.#made(owner).seq = seq;
  }

  account(id: AccountId, owner = ownerOf(id)): AccountState | undefined {
    const name = nameIn(id, owner);
    return name === undefined ? this.#others.get(id) : this.#find(owner)?.[name];
  }

  putAccount(id: AccountId, state: AccountState, owner = ownerOf(id)): void {
    const name = nameIn(id, owner);
    if (name === undefined) {
      this.#others.set(id, state);
      return;
    }
    const found = this.#made(owner);
    found[name] = state;
    if (name === 'used') this.#lately.push({ id, owner: found });
  }

  /** What gives back to an account; undefined where nothing does, or it is not kept here. */
  filed(id: AccountId): DeadlineHeap | Handle | undefined {
    return this.#givenTo(id)?.filed;
  }

  /** False: it cannot be kept here. */
  file(id: AccountId, filed: DeadlineHeap | Handle | undefined): boolean {
    const found = this.#givenTo(id);
    if (found === undefined) return false;
    found.filed = filed;
    if (this.#lately[this.#next]?.owner === found) this.#next += 1;
    return true;
  }

  /** The owner of an account that is given back to. */
  #givenTo(id: AccountId): LimitOwner | undefined {
    const next = this.#lately[this.#next];
    if (next !== undefined && next.id === id) return next.owner;
    const owner = ownerOf(id);
    return nameIn(id, owner) === 'used' ? this.#find(owner) : undefined;
  }

  #find(owner: string): LimitOwner | undefined {
    if (owner !== this.#lastOwner) {
      this.#last = this.#owners.get(owner);
      this.#lastOwner = owner;
    }
    return this.#last;
  }

  #made(owner: string): LimitOwner {
    let found = this.#find(owner);
    if (found === undefined) {
      found = { seq: 0, used: undefined, granted: undefined, filed: undefined };
      this.#owners.set(owner, found);
      this.#last = found;
    }
    return found;
  }
}

/** Documents by the accounts that they give back to, of limits and of others. */
export class FiledDocuments implements Filed {
  readonly #ofLimits: LimitOwners;
  readonly #others = new Map<AccountId, DeadlineHeap | Handle>();
  /** Of limits, where the owner is not known or the account is none that a limit gives back to. */
  readonly #apart = new Map<AccountId, DeadlineHeap | Handle>();

  constructor(ofLimits: LimitOwners) {
    this.#ofLimits = ofLimits;
  }

  get(account: AccountId): DeadlineHeap | Handle | undefined {
    if (!isLimitAccount(account)) return this.#others.get(account);
    return this.#ofLimits.filed(account) ?? this.#filedApart(account);
  }

  set(account: AccountId, filed: DeadlineHeap | Handle): void {
    if (!isLimitAccount(account)) this.#others.set(account, filed);
    else if (!this.#ofLimits.file(account, filed)) this.#apart.set(account, filed);
  }

  delete(account: AccountId): void {
    if (!isLimitAccount(account)) {
      this.#others.delete(account);
      return;
    }
    this.#ofLimits.file(account, undefined);
    this.#apart.delete(account);
  }

  // Mostly there are none, and then the name need not be hashed.
  #filedApart(account: AccountId): DeadlineHeap | Handle | undefined {
    return this.#apart.size === 0 ? undefined : this.#apart.get(account);
  }
}

const USED = '/used';
const GRANTED = '/granted';

function nameIn(id: AccountId, owner: string): 'used' | 'granted' | undefined {
  const rest = id.length - owner.length;
  if (rest === USED.length && id.endsWith(USED)) return 'used';
  return rest === GRANTED.length && id.endsWith(GRANTED) ? 'granted' : undefined;
}
