// The snapshot that a batch is decided on: what was loaded under its locks. Asked for what was not
// loaded it answers "nothing", and notes it: then the decision does not count, and is made again.

import { ownerOf, ownerOfDocument } from '../../kernel/accounts.ts';
import { requestKey, type Snapshot } from '../../kernel/overlay.ts';
import type { AccountState, Decided, Document, RequestName } from '../contract.ts';
import type { Missed } from './touched.ts';

export interface LoadedRows {
  accounts: Map<string, AccountState>;
  documents: Map<string, Document>;
  /** Numbers of the owners that are locked. */
  seqs: Map<string, number>;
  /** Pools' documents that were looked for and are not there. */
  absent: Set<string>;
  /** First answers, by request. */
  firsts: Map<string, Decided>;
}

/** What stands on an account and what would reach it. */
export interface LoadedClaims {
  /** Documents that are due, earliest first. */
  due: string[];
  tentative: string[];
}

export class LoadedState implements Snapshot {
  readonly position = 0;
  readonly nowMs: number;
  readonly dueMs: number;
  readonly missed: Missed = { owners: new Set(), documents: new Set() };
  /** Accounts whose claims were asked for, and how many. */
  readonly missedClaims = new Map<string, number>();
  readonly #rows: LoadedRows;
  readonly #claims: ReadonlyMap<string, LoadedClaims>;

  constructor(
    { nowMs, dueMs }: { nowMs: number; dueMs: number },
    rows: LoadedRows,
    claims: ReadonlyMap<string, LoadedClaims>,
  ) {
    this.nowMs = nowMs;
    this.dueMs = dueMs;
    this.#rows = rows;
    this.#claims = claims;
  }

  get isWhole(): boolean {
    return this.missed.owners.size === 0 && this.missed.documents.size === 0;
  }

  account(id: string): AccountState | undefined {
    this.#locked(ownerOf(id));
    return this.#rows.accounts.get(id);
  }

  document(id: string): Document | undefined {
    const owner = ownerOfDocument(id);
    const isLoaded = this.#rows.documents.has(id) || owner === undefined;
    if (!isLoaded && !this.#rows.absent.has(id)) {
      this.missed.owners.add(owner!);
      this.missed.documents.add(id);
    }
    return this.#rows.documents.get(id);
  }

  seq(owner: string): number {
    this.#locked(owner);
    return this.#rows.seqs.get(owner) ?? 0;
  }

  request(name: RequestName): Decided | undefined {
    return this.#rows.firsts.get(requestKey(name));
  }

  dueClaims(account: string, limit: number): string[] {
    return this.#claimsOf(account, limit).due.slice(0, limit);
  }

  tentativeClaims(account: string): string[] {
    return this.#claimsOf(account, 0).tentative;
  }

  #claimsOf(account: string, limit: number): LoadedClaims {
    const claims = this.#claims.get(account);
    if (claims !== undefined) return claims;
    this.missedClaims.set(account, Math.max(limit, this.missedClaims.get(account) ?? 0));
    return { due: [], tentative: [] };
  }

  #locked(owner: string): void {
    if (!this.#rows.seqs.has(owner)) this.missed.owners.add(owner);
  }
}
