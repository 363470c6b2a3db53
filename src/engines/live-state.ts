// The state that a batch is decided on, in memory: balances, live documents, numbers, what is due.
// Fed by decided batches; filled from what a store has kept. Must not know where entries are kept.

import { ELSEWHERE, INSIDE, isLimitAccount, OUTSIDE } from '../kernel/accounts.ts';
import type { Applied } from '../kernel/apply.ts';
import type { Snapshot } from '../kernel/overlay.ts';
import { ClaimsIndex } from './claims-index.ts';
import type {
  AccountId,
  AccountState,
  Document,
  DocumentId,
  DocumentPage,
  DocumentQuery,
  Entry,
  OwnerState,
  PoolId,
  RequestName,
} from './contract.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import {
  type DocumentBytes,
  type DocumentStore,
  dueAtMs,
  type Handle,
  isNamed,
} from './document-store.ts';
import { FiledDocuments, LimitOwners } from './limit-owners.ts';
import { pageOf } from './query.ts';

/** Which request was answered by which entry. */
export interface Requests {
  get(name: RequestName): Entry | undefined;
  add(name: RequestName, position: number): void;
}

/** The texts of a batch's documents, in order: `ends` has a start and an end for each. */
export interface BatchTexts {
  bytes: Buffer;
  ends: readonly number[];
}

const ACCOUNT_NAMES = [...INSIDE, ...OUTSIDE, ELSEWHERE, 'used', 'granted'];

export class LiveState implements Snapshot {
  nowMs = 0;
  dueMs = 0;
  position = 0;
  readonly documents: DocumentStore;
  readonly requests: Requests;
  /** Told of each document that an entry made final. */
  onFinal: ((handle: Handle, version: number, position: number) => void) | undefined;
  readonly #ofLimits = new LimitOwners();
  /** Of pools, and of what else is no limit's. */
  readonly #accounts = new Map<AccountId, AccountState>();
  readonly #seqs = new Map<string, number>();
  readonly #claims: ClaimsIndex;
  readonly #deadlines: DeadlineHeap;
  /** Ids of documents with a name (`limit:...`), by kind. */
  readonly #named = new Map<string, Set<DocumentId>>();
  #poolsInOrder: PoolId[] | undefined;

  constructor(requests: Requests, documents: DocumentStore) {
    this.requests = requests;
    this.documents = documents;
    this.#claims = new ClaimsIndex(documents, new FiledDocuments(this.#ofLimits));
    this.#deadlines = new DeadlineHeap(documents);
  }

  account(id: AccountId, owner?: string): Readonly<AccountState> | undefined {
    return isLimitAccount(id) ? this.#ofLimits.account(id, owner) : this.#accounts.get(id);
  }

  document(id: DocumentId): Document | undefined {
    return this.documents.get(id);
  }

  seq(owner: string): number {
    return this.#seqOf(owner) ?? 0;
  }

  /** How many owners have been touched. */
  get owners(): number {
    return this.#seqs.size + this.#ofLimits.size;
  }

  putOwner(
    owner: string,
    seq: number,
    accounts: readonly (AccountState & { name: string })[],
  ): void {
    this.#ofLimits.begin();
    this.#putSeq(owner, seq);
    for (const { name, ...state } of accounts) this.#putAccount(`${owner}/${name}`, state, owner);
  }

  request(name: RequestName): Entry | undefined {
    return this.requests.get(name);
  }

  dueClaims(account: AccountId, limit: number): DocumentId[] {
    return this.#claims.due(account, { dueMs: this.dueMs, limit });
  }

  tentativeClaims(account: AccountId): DocumentId[] {
    return this.#claims.tentative(account);
  }

  /** Takes over what a batch has changed. */
  merge(applied: Applied, texts?: BatchTexts): void {
    this.#ofLimits.begin();
    for (const change of applied.accounts) {
      const { id, balance, floor, inflow } = change;
      if (isLimitAccount(id)) {
        this.#ofLimits.putAccount(id, change, change.owner.owner);
        continue;
      }
      // What the batch was decided on is this state: no need to look the account up again.
      const state = change.was as AccountState | undefined;
      if (state === undefined) this.#accounts.set(id, { balance, floor, inflow });
      else {
        state.balance = balance;
        state.floor = floor;
        state.inflow = inflow;
      }
    }
    for (const { owner, seq } of applied.owners) this.#putSeq(owner, seq);
    const text: DocumentBytes | undefined = texts && { bytes: texts.bytes, start: 0, end: 0 };
    let count = 0;
    for (const { documents, request, position } of applied.entries) {
      for (let index = 0; index < documents.length; index += 1) {
        if (text !== undefined) {
          text.start = texts!.ends[count]!;
          text.end = texts!.ends[count + 1]!;
        }
        const document = documents[index]!;
        const handle = this.putDocument(document, text);
        if (document.final === true) this.onFinal?.(handle, document.version, position);
        count += 2;
      }
      if (request !== undefined) this.requests.add(request, position);
    }
    this.position += applied.entries.length;
  }

  putDocument(document: Document, text?: DocumentBytes): Handle {
    const before = document.version === 1 ? undefined : this.documents.get(document.id);
    const handle = this.documents.set(document, text);
    this.#claims.change(before, document, handle);
    const was = before === undefined ? undefined : dueAtMs(before);
    const is = dueAtMs(document);
    if (was !== is) {
      if (was !== undefined) this.#deadlines.forget();
      if (is !== undefined) this.#deadlines.push(is, handle, document.id);
    }
    if (before === undefined && isNamed(document)) this.#name(document);
    return handle;
  }

  due(limit: number): Document[] {
    const handles = this.#deadlines.due({ dueMs: this.dueMs, limit });
    return handles.map((handle) => this.documents.at(handle)!);
  }

  nextDeadlineMs(): number | undefined {
    return this.#deadlines.earliest();
  }

  owner(owner: string): OwnerState | undefined {
    const seq = this.#seqOf(owner);
    if (seq === undefined) return undefined;
    const state: OwnerState = { owner, seq, accounts: {} };
    for (const name of ACCOUNT_NAMES) {
      const account = this.account(`${owner}/${name}`, owner);
      if (account !== undefined) state.accounts[name] = { ...account };
    }
    const document = this.documents.get(`pool:${owner}`);
    if (document !== undefined) state.document = document;
    return state;
  }

  pools({
    prefix = '',
    after = '',
    limit,
  }: {
    prefix?: string;
    after?: string;
    limit: number;
  }): OwnerState[] {
    this.#poolsInOrder ??= [...(this.#named.get('pool') ?? [])].map((id) => id.slice(5)).sort();
    const pools = this.#poolsInOrder;
    let start = 0;
    let end = pools.length;
    while (start < end) {
      const middle = (start + end) >> 1;
      const id = pools[middle]!;
      if (id < prefix || id <= after) start = middle + 1;
      else end = middle;
    }
    const found: OwnerState[] = [];
    for (let index = start; index < pools.length && found.length < limit; index += 1) {
      if (!pools[index]!.startsWith(prefix)) break;
      found.push(this.owner(pools[index]!)!);
    }
    return found;
  }

  /** Answers a search for a kind whose ids are names; undefined for other kinds. */
  findNamed(query: DocumentQuery): DocumentPage | undefined {
    const ids = this.#named.get(query.kind);
    if (ids === undefined && query.named !== true) return undefined;
    const documents = [...(ids ?? [])].map((id) => this.documents.get(id)!);
    return { documents: pageOf(documents, query), asOf: this.position };
  }

  #seqOf(owner: string): number | undefined {
    return isLimitAccount(owner) ? this.#ofLimits.seq(owner) : this.#seqs.get(owner);
  }

  #putSeq(owner: string, seq: number): void {
    if (isLimitAccount(owner)) this.#ofLimits.putSeq(owner, seq);
    else this.#seqs.set(owner, seq);
  }

  #putAccount(id: AccountId, state: AccountState, owner: string): void {
    if (isLimitAccount(id)) this.#ofLimits.putAccount(id, state, owner);
    else this.#accounts.set(id, state);
  }

  #name(document: Document): void {
    const ids = this.#named.get(document.kind) ?? new Set();
    ids.add(document.id);
    this.#named.set(document.kind, ids);
    if (document.kind === 'pool') this.#poolsInOrder = undefined;
  }
}
