// Finds the documents whose undo would bring units to an account, by deadline, and knows where
// undecided claims stand. A release is filed under its pool's own available account; a closed
// pool's releases go home, so its home asks for it too.

import { filedUnder, nameOf, ownerOf, poolAccounts } from '../kernel/accounts.ts';
import type { AccountId, Document, DocumentId, PoolId } from './contract.ts';
import { DeadlineHeap, type HeapDocuments } from './deadline-heap.ts';
import type { DocumentStore, Handle } from './document-store.ts';

/** What a heap orders a document by. */
interface Filing {
  deadlineMs: number;
  id: DocumentId;
}

/** What a buyer has had of a sale is mostly in one hand: a document stands there without a heap around it. */
export interface Filed {
  get(account: AccountId): DeadlineHeap | Handle | undefined;
  set(account: AccountId, filed: DeadlineHeap | Handle): void;
  delete(account: AccountId): void;
}

type ClaimDocuments = HeapDocuments & Pick<DocumentStore, 'at'>;

export class ClaimsIndex {
  readonly #documents: ClaimDocuments;
  readonly #filed: Filed;
  readonly #tentative = new Map<AccountId, Set<DocumentId>>();
  /** Pools that pass their released units on to this one. */
  readonly #children = new Map<PoolId, Set<PoolId>>();

  /** Those that have let go of an account and may still stand in its heap: looked at before they are told. */
  readonly #letGo = new Set<Handle>();

  constructor(documents: ClaimDocuments, filed: Filed = new Map()) {
    this.#documents = documents;
    this.#filed = filed;
  }

  /** Takes note that a document, now under a handle, changed from one version to the next. */
  change(before: Document | undefined, after: Document, handle: Handle): void {
    if (after.kind === 'pool') this.#changePool(before, after);
    if (before === undefined) {
      this.#letGo.delete(handle);
      this.#fileNew(after, handle);
      return;
    }
    if (!isFiled(after)) {
      this.#letGo.delete(handle);
      if (isFiled(before)) this.#remove(before, keysOf(before));
      return;
    }
    const [was, is] = [keysOf(before), keysOf(after)];
    const gone = without(was, is);
    if (gone.length > 0) this.#letGo.add(handle);
    const stays = before.deadlineMs === after.deadlineMs && before.tentative === after.tentative;
    // What is filed already stays: a cart that is changed a thousand times is filed once.
    this.#remove(before, stays ? gone : was);
    this.#file(after, handle, stays ? without(is, was) : is);
  }

  due(account: AccountId, options: { dueMs: number; limit: number }): DocumentId[] {
    const found: DocumentId[] = [];
    for (const key of this.#keysReaching(account)) {
      const limit = options.limit - found.length;
      const filed = this.#filed.get(key);
      if (filed === undefined || limit <= 0) continue;
      if (typeof filed === 'number') {
        const deadlineMs = this.#documents.deadlineMs(filed);
        const isDue = deadlineMs !== undefined && deadlineMs <= options.dueMs;
        if (isDue) found.push(this.#documents.idOf(filed));
        continue;
      }
      const holds = (handle: Handle) => !this.#letGo.has(handle) || this.#reaches(handle, key);
      for (const handle of filed.due({ dueMs: options.dueMs, limit, holds })) {
        found.push(this.#documents.idOf(handle));
      }
      if (filed.size === 0) this.#filed.delete(key);
    }
    return found;
  }

  #reaches(handle: Handle, key: AccountId): boolean {
    const document = this.#documents.at(handle);
    return document !== undefined && keysOf(document).includes(key);
  }

  tentative(account: AccountId): DocumentId[] {
    if (this.#tentative.size === 0) return [];
    return this.#keysReaching(account).flatMap((key) => [...(this.#tentative.get(key) ?? [])]);
  }

  // A list of keys per new document was 3% of a reserve.
  #fileNew(after: Document, handle: Handle): void {
    const { id, deadlineMs, tentative, claims, frees } = after;
    if (tentative === true || frees !== undefined) {
      this.#file(after, handle, keysOf(after));
      return;
    }
    if (deadlineMs === undefined) return;
    for (let index = 0; index < claims.length; index += 1) {
      const { quantity, undo } = claims[index]!;
      if (quantity > 0) this.#put(filedUnder(undo), handle, { deadlineMs, id });
    }
  }

  #file({ id, deadlineMs, tentative }: Document, handle: Handle, keys: readonly AccountId[]): void {
    if (tentative === true) {
      for (const key of keys) this.#tentativeAt(key).add(id);
      return;
    }
    if (deadlineMs === undefined) return;
    for (const key of keys) this.#put(key, handle, { deadlineMs, id });
  }

  #remove(before: Document, keys: readonly AccountId[]): void {
    if (before.tentative === true) {
      for (const key of keys) this.#tentativeAt(key).delete(before.id);
      return;
    }
    if (before.deadlineMs === undefined) return;
    for (const key of keys) {
      const filed = this.#filed.get(key);
      if (filed === undefined) continue;
      if (typeof filed !== 'number') filed.forget();
      if (typeof filed === 'number' || filed.size === 0) this.#filed.delete(key);
    }
  }

  #put(key: AccountId, handle: Handle, { deadlineMs, id }: Filing): void {
    let filed = this.#filed.get(key);
    if (filed === undefined) {
      this.#filed.set(key, handle);
      return;
    }
    if (typeof filed === 'number') filed = this.#heapOf(key, filed);
    filed.push(deadlineMs, handle, id);
  }

  /** With the only one that is filed under a key so far. */
  #heapOf(key: AccountId, only: Handle): DeadlineHeap {
    const heap = new DeadlineHeap(this.#documents);
    heap.push(this.#documents.deadlineMs(only)!, only, this.#documents.idOf(only));
    this.#filed.set(key, heap);
    return heap;
  }

  #keysReaching(account: AccountId): AccountId[] {
    const keys = [account];
    const name = nameOf(account);
    if (account.startsWith('!') || (name !== 'available' && name !== 'offered')) return keys;
    const pool = ownerOf(account);
    if (name === 'offered') keys.push(poolAccounts(pool).available);
    // Two steps, as many as a release takes.
    for (const child of this.#children.get(pool) ?? []) {
      keys.push(poolAccounts(child).available);
      for (const grandchild of this.#children.get(child) ?? []) {
        keys.push(poolAccounts(grandchild).available);
      }
    }
    return keys;
  }

  #changePool(before: Document | undefined, after: Document): void {
    const pool = after.id.slice('pool:'.length);
    const from = homeOf(before);
    const to = homeOf(after);
    if (from === to) return;
    if (from !== undefined) this.#children.get(from)?.delete(pool);
    if (to === undefined) return;
    const children = this.#children.get(to) ?? new Set();
    children.add(pool);
    this.#children.set(to, children);
  }

  #tentativeAt(key: AccountId): Set<DocumentId> {
    let ids = this.#tentative.get(key);
    if (ids === undefined) {
      ids = new Set();
      this.#tentative.set(key, ids);
    }
    return ids;
  }
}

/** The pool that a pool's releases are passed on to. */
function homeOf(document: Document | undefined): PoolId | undefined {
  const to = document?.releaseTo;
  return typeof to === 'object' ? to.release : undefined;
}

/** The accounts that a document's end gives to, each once for every claim on it. */
function keysOf({ claims, frees }: Document): AccountId[] {
  const keys: AccountId[] = [];
  for (const { quantity, undo } of claims) if (quantity > 0) keys.push(filedUnder(undo));
  return frees === undefined ? keys : [...keys, ...frees];
}

function isFiled({ deadlineMs, tentative }: Document): boolean {
  return deadlineMs !== undefined || tentative === true;
}

function without(keys: readonly AccountId[], others: readonly AccountId[]): AccountId[] {
  const left = new Set(others);
  return keys.filter((key) => !left.has(key));
}
