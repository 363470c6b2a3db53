// What a batch names, each once and by its place: owners, accounts, documents, keys of requests. The script
// reads all of it with one command for each kind. Decides nothing.

import { ownerOfDocument } from '../../kernel/accounts.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type {
  AccountId,
  DocumentId,
  DocumentWrite,
  RequestName,
  Transaction,
} from '../contract.ts';
import type { PackWriter } from './pack-writer.ts';

/** A key of a request: asked once, or more than once in the batch. */
export type KeyKind = 1 | 2;

/** What is asked of names by those who work out what a batch came to. Places count from 1, as Lua does. */
export interface ReadNames {
  owners: ReadonlyMap<string, number>;
  documents: ReadonlyMap<DocumentId, number>;
  /** So many documents, the first ones, are written. */
  written: number;
}

export class BatchNames implements ReadNames {
  readonly owners = new Map<string, number>();
  readonly documents = new Map<DocumentId, number>();
  readonly #accounts = new Map<AccountId, number>();
  /** Of each account: its owner's place, and where its name begins. */
  readonly #ownersOf: number[] = [];
  readonly #ids: AccountId[] = [];
  readonly #keys: string[] = [];
  readonly #twice = new Set<string>();
  /** So many documents, the first ones, are written. */
  #written = 0;
  #writes = 0;

  /** Names what transactions write and guard, and finds the keys that stand there twice. */
  constructor(batch: readonly Transaction[]) {
    const keys = new Set<string>();
    for (const { request, writes } of batch) {
      if (request !== undefined) {
        const key = requestKey(request);
        if (keys.size === keys.add(key).size) this.#twice.add(key);
        this.#keys.push(key);
      }
      if (writes === undefined) continue;
      this.#writes += writes.length;
      for (const write of writes) if (!isNew(write)) this.document(write.id);
    }
    this.#written = this.documents.size;
    for (const { guards } of batch) {
      if (guards === undefined) continue;
      for (const guard of guards) if ('document' in guard) this.document(guard.document);
    }
  }

  get written(): number {
    return this.#written;
  }

  keyKind(transaction: Transaction): 0 | KeyKind {
    const { request } = transaction;
    if (request === undefined) return 0;
    return this.#twice.size > 0 && this.#twice.has(requestKey(request)) ? 2 : 1;
  }

  owner(id: string): number {
    let place = this.owners.get(id);
    if (place === undefined) {
      place = this.owners.size + 1;
      this.owners.set(id, place);
    }
    return place;
  }

  account(id: AccountId): number {
    let place = this.#accounts.get(id);
    if (place === undefined) {
      place = this.#ids.push(id);
      this.#accounts.set(id, place);
      this.#ownersOf.push(this.owner(id.slice(0, id.indexOf('/'))));
    }
    return place;
  }

  document(id: DocumentId): number {
    let place = this.documents.get(id);
    if (place === undefined) {
      place = this.documents.size + 1;
      this.documents.set(id, place);
    }
    return place;
  }

  write(out: PackWriter): void {
    out.number(this.#keys.length);
    for (const key of this.#keys) out.text(key);
    out.number(this.#written);
    out.number(this.#writes);
    out.number(this.owners.size);
    for (const owner of this.owners.keys()) out.text(owner);
    out.number(this.documents.size);
    for (const document of this.documents.keys()) out.text(document);
    out.number(this.#ids.length);
    for (let index = 0; index < this.#ids.length; index += 1) {
      const id = this.#ids[index]!;
      out.number(this.#ownersOf[index]!);
      out.text(id.slice(id.indexOf('/') + 1));
    }
  }
}

/** The request that a key stands for: see requestKey of the kernel. */
export function requestOf(text: string): RequestName {
  const end = text.indexOf('\0');
  if (end < 0) return { principal: 'local', key: text };
  return { principal: text.slice(0, end), key: text.slice(end + 1) };
}

/** Whether a document comes to be with this write, and is none that others find by its name. */
export function isNew({ id, kind, fresh }: DocumentWrite): boolean {
  return fresh === true && ownerOfDocument(id) === undefined && !id.startsWith(`${kind}:`);
}
