// The owners of what limits have given to buyers: each buyer of a sale is one, for good. One look finds all that is
// known of one: its number, its two accounts, and the document that gives back to it. Under names of their own in four
// Maps a new buyer was eight looks at memory that is not at hand (240 ns each), and three long names to keep.

import { isLimitAccount, ownerOf } from '../kernel/accounts.ts';
import { hashOfEnd, NameTable, NO_NAME } from '../kernel/name-table.ts';
import type { Filed } from './claims-index.ts';
import type { AccountId, AccountState } from './contract.ts';
import type { DeadlineHeap } from './deadline-heap.ts';
import type { Handle } from './document-store.ts';
import { OwnerLines, type Place } from './owner-lines.ts';

const NOWHERE: Place = NO_NAME;

export class LimitOwners {
  /** Their numbers are their places. */
  readonly #names = new NameTable<string>();
  readonly #lines = new OwnerLines();
  /** What gives back to `used`, where it is more than one document. */
  readonly #heaps = new Map<Place, DeadlineHeap>();
  /**
   * Buyers that came with what is taken now, in its order, by what they have used. What gives that back to them comes
   * after them in the same order: to cut the owner out of the name again and to find it takes 160 ns each time.
   */
  readonly #lately: AccountId[] = [];
  readonly #placesLately: Place[] = [];
  #next = 0;
  /** Accounts that no limit makes. */
  readonly #others = new Map<AccountId, AccountState>();
  /** Asked for last: mostly it is asked for several times in turn. */
  #lastOwner = '';
  #lastHash = 0;
  #last = NOWHERE;

  /** What comes next belongs together: accounts, and then what gives back to them, in the same order. */
  begin(): void {
    this.#lately.length = 0;
    this.#placesLately.length = 0;
    this.#next = 0;
  }

  get size(): number {
    return this.#names.size;
  }

  /** Undefined for one that was never touched. */
  seq(owner: string): number | undefined {
    const place = this.#find(owner);
    return place === NOWHERE ? undefined : this.#lines.seq(place);
  }

  putSeq(owner: string, seq: number): void {
    this.#lines.setSeq(this.#made(owner), seq);
  }

  /** As it is now: what is put later does not change it. */
  account(id: AccountId, owner = ownerOf(id)): AccountState | undefined {
    const name = nameIn(id, owner);
    if (name === undefined) return this.#others.get(id);
    const place = this.#find(owner);
    return place === NOWHERE ? undefined : this.#lines.account(place, name);
  }

  putAccount(id: AccountId, state: AccountState, owner = ownerOf(id)): void {
    const name = nameIn(id, owner);
    if (name === undefined) {
      const { balance, floor, inflow } = state;
      this.#others.set(id, { balance, floor, inflow });
      return;
    }
    const place = this.#made(owner);
    this.#lines.setAccount(place, name, state);
    if (name === 'granted') return;
    this.#lately.push(id);
    this.#placesLately.push(place);
  }

  /** What gives back to an account; undefined where nothing does, or it is not kept here. */
  filed(id: AccountId): DeadlineHeap | Handle | undefined {
    const place = this.#givenTo(id);
    return place === NOWHERE ? undefined : (this.#lines.filed(place) ?? this.#heaps.get(place));
  }

  /** False: it cannot be kept here. */
  file(id: AccountId, filed: DeadlineHeap | Handle | undefined): boolean {
    const place = this.#givenTo(id);
    if (place === NOWHERE) return false;
    if (typeof filed === 'object') this.#heaps.set(place, filed);
    else if (this.#heaps.size > 0) this.#heaps.delete(place);
    this.#lines.setFiled(place, typeof filed === 'number' ? filed : undefined);
    if (this.#placesLately[this.#next] === place) this.#next += 1;
    return true;
  }

  /** The owner of an account that is given back to. */
  #givenTo(id: AccountId): Place {
    if (this.#lately[this.#next] === id) return this.#placesLately[this.#next]!;
    const owner = ownerOf(id);
    return nameIn(id, owner) === 'used' ? this.#find(owner) : NOWHERE;
  }

  #find(owner: string): Place {
    if (owner !== this.#lastOwner) {
      this.#lastHash = hashOfEnd(owner);
      this.#last = this.#names.find(owner, this.#lastHash);
      this.#lastOwner = owner;
    }
    return this.#last;
  }

  #made(owner: string): Place {
    let found = this.#find(owner);
    if (found === NOWHERE) {
      found = this.#names.add(owner, this.#lastHash);
      this.#lines.add(found);
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
