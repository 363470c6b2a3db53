// What a batch has changed so far, over a snapshot that stays as it was. Copies an account or an
// owner on first touch, so that a batch yields one merged change for each, however many
// transactions touched it. Must not decide anything.

import type {
  AccountId,
  AccountState,
  Claim,
  Decided,
  Document,
  DocumentId,
  Entry,
  RequestName,
} from '../engines/contract.ts';
import { filedUnder, isLimitAccount, isOwnedBy, ownerOf, poolAccounts } from './accounts.ts';
import { joined } from './joined.ts';

/** The state that a batch is decided on, read at one moment with one clock. */
export interface Snapshot {
  readonly nowMs: number;
  /** Deadlines up to this moment have passed. */
  readonly dueMs: number;
  /**
   * The position of the last entry. Where positions are given only after commits any number serves:
   * those of `apply` are not read then.
   */
  readonly position: number;
  /** `owner`: whose it is, where whoever asks knows. */
  account(id: AccountId, owner?: string): Readonly<AccountState> | undefined;
  document(id: DocumentId): Document | undefined;
  /** The owner's number; 0 when it was never touched. */
  seq(owner: string): number;
  request(name: RequestName): Decided | undefined;
  /** Documents with a claim whose undo would reach this account, due at `dueMs`, earliest first. */
  dueClaims(account: AccountId, limit: number): DocumentId[];
  /** Documents with an undecided claim whose undo would reach this account. */
  tentativeClaims(account: AccountId): DocumentId[];
}

export interface OwnerChange {
  owner: string;
  seq: number;
  /** The position of the last entry of this batch that raised it; 0 for none. */
  raisedAt: number;
  /** Those that a limit counts with, where it is the owner of such. */
  ofLimit?: readonly AccountChange[];
}

export interface AccountChange extends AccountState {
  id: AccountId;
  owner: OwnerChange;
  /** The account in the snapshot; undefined for one that is created here. */
  was: Readonly<AccountState> | undefined;
  /** Whether an accepted transaction touched it. */
  changed: boolean;
}

const NO_ACCOUNTS: readonly AccountChange[] = [];

export class Overlay {
  readonly snapshot: Snapshot;
  /** But for those of limits. */
  readonly #accounts = new Map<AccountId, AccountChange>();
  readonly documents = new Map<DocumentId, Document>();
  readonly owners = new Map<string, OwnerChange>();
  readonly changedAccounts: AccountChange[] = [];
  readonly changedOwners: OwnerChange[] = [];
  readonly requests = new Map<string, Decided>();
  readonly entries: Entry[] = [];
  #lastOwner: OwnerChange | undefined;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  account(id: AccountId): AccountChange {
    if (isLimitAccount(id)) return this.#accountOfLimit(id);
    let change = this.#accounts.get(id);
    if (change === undefined) {
      change = this.#touched(id, this.#ownerOf(id));
      this.#accounts.set(id, change);
    }
    return change;
  }

  /** Each owner has two, with names of 60 characters: to hash them for a table takes longer than to look at both. */
  #accountOfLimit(id: AccountId): AccountChange {
    const last = this.#lastOwner?.ofLimit;
    // Four times for each order in a sale: to see whose it is takes longer than to see that it is the same.
    const again = last && accountIn(last, id);
    if (again !== undefined) return again;
    const owner = this.#ownerOf(id);
    const { ofLimit = NO_ACCOUNTS } = owner;
    const known = accountIn(ofLimit, id);
    if (known !== undefined) return known;
    const change = this.#touched(id, owner);
    owner.ofLimit = joined(ofLimit, [change]);
    return change;
  }

  #touched(id: AccountId, owner: OwnerChange): AccountChange {
    const was = this.snapshot.account(id, owner.owner);
    return {
      id,
      owner,
      balance: was === undefined ? 0 : was.balance,
      floor: was === undefined ? 0 : was.floor,
      inflow: was === undefined ? 0 : was.inflow,
      was,
      changed: false,
    };
  }

  /** Accounts of one owner are mostly asked for one after the other. */
  #ownerOf(id: AccountId): OwnerChange {
    const last = this.#lastOwner;
    if (last !== undefined && isOwnedBy(id, last.owner)) return last;
    this.#lastOwner = this.owner(ownerOf(id));
    return this.#lastOwner;
  }

  owner(id: string): OwnerChange {
    let change = this.owners.get(id);
    if (change === undefined) {
      change = { owner: id, seq: this.snapshot.seq(id), raisedAt: 0, ofLimit: NO_ACCOUNTS };
      this.owners.set(id, change);
    }
    return change;
  }

  document(id: DocumentId): Document | undefined {
    return this.documents.get(id) ?? this.snapshot.document(id);
  }

  seq(owner: string): number {
    return this.owners.get(owner)?.seq ?? this.snapshot.seq(owner);
  }

  get dueMs(): number {
    return this.snapshot.dueMs;
  }

  request(name: RequestName): Decided | undefined {
    return this.requests.get(requestKey(name)) ?? this.snapshot.request(name);
  }

  /** Documents due on an account as of now: what this batch has settled is no longer. */
  due(account: AccountId, limit: number): DocumentId[] {
    const { snapshot, documents } = this;
    // At most so many of those that the snapshot names can have been settled since.
    const ids = new Set(snapshot.dueClaims(account, limit + documents.size));
    for (const pool of this.#passingOnTo(account)) {
      for (const id of snapshot.dueClaims(pool, limit + documents.size)) ids.add(id);
    }
    const still = [...ids].filter((id) => {
      const changed = documents.get(id);
      return changed === undefined || isDue(changed, snapshot.dueMs);
    });
    return still.slice(0, limit);
  }

  /** Whether an undecided claim's undo would reach an account as of now. */
  hasTentative(account: AccountId): boolean {
    for (const document of this.documents.values()) {
      if (document.tentative === true && document.claims.some((claim) => reaches(claim, account))) {
        return true;
      }
    }
    return this.snapshot.tentativeClaims(account).some((id) => !this.documents.has(id));
  }

  /** Available accounts of pools that this batch has made pass their releases on to an account. */
  #passingOnTo(account: AccountId): AccountId[] {
    const accounts: AccountId[] = [];
    for (const { kind, releaseTo, id } of this.documents.values()) {
      if (kind !== 'pool' || typeof releaseTo !== 'object') continue;
      if (poolAccounts(releaseTo.release).available === account) {
        accounts.push(poolAccounts(id.slice('pool:'.length)).available);
      }
    }
    return accounts;
  }

  accept(entry: Entry): void {
    this.entries.push(entry);
    for (const document of entry.documents) this.documents.set(document.id, document);
    if (entry.request !== undefined) this.requests.set(requestKey(entry.request), entry);
  }
}

function accountIn(changes: readonly AccountChange[], id: AccountId): AccountChange | undefined {
  for (const change of changes) if (change.id === id) return change;
  return undefined;
}

function reaches({ undo, quantity }: Claim, account: AccountId): boolean {
  return quantity > 0 && filedUnder(undo) === account;
}

/** Whether a document's deadline has passed. A tentative one is never due. */
export function isDue(document: Document, dueMs: number): boolean {
  return (
    document.deadlineMs !== undefined && document.deadlineMs <= dueMs && document.tentative !== true
  );
}

/** One string for a principal and a key; U+0000 cannot occur in either. */
export function requestKey({ principal, key }: RequestName): string {
  return principal === 'local' ? key : `${principal}\0${key}`;
}
