// Documents that are not in Redis because nothing more is expected to happen to them: they have left it, or were
// not written when the store was rebuilt. Found in the record, and put back where a transaction asks about one.
// Those with names never leave, and what is not final is never taken from the record: it would be older than what
// was decided.

import type { Document, DocumentId, Transaction } from '../contract.ts';
import type { Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import type { Past } from './remembering.ts';
import { callFunction } from './scripted.ts';
import { documentValue } from './stored-state.ts';

interface LeftOptions {
  send: Send;
  keys: Pick<StoreKeys, 'metadata' | 'documents'>;
  epoch: number;
  past: Pick<Past, 'documents'>;
}

const NONE: readonly never[] = [];

export class LeftDocuments {
  readonly #options: LeftOptions;

  constructor(options: LeftOptions) {
    this.#options = options;
  }

  /** Fills in what is missing of documents that were read, by their ids. */
  async fill(
    ids: readonly DocumentId[],
    found: readonly (Document | undefined)[],
  ): Promise<(Document | undefined)[]> {
    const missing = ids.filter((id, index) => found[index] === undefined && mayLeave(id));
    if (missing.length === 0) return [...found];
    const left = new Map((await this.#find(missing)).map((document) => [document.id, document]));
    return found.map((document, index) => document ?? left.get(ids[index]!));
  }

  /** Returns how many of them have left; they are in Redis when this is answered. */
  async bringBack(ids: readonly DocumentId[]): Promise<number> {
    const { send, keys, epoch } = this.#options;
    const documents = await this.#find(ids.filter(mayLeave));
    if (documents.length === 0) return 0;
    const values = documents.flatMap((document) => [document.id, documentValue(document)]);
    const named = { keys: [keys.metadata, keys.documents], values: [String(epoch), ...values] };
    await callFunction(send, 'restore', named);
    return documents.length;
  }

  async #find(ids: readonly DocumentId[]): Promise<Document[]> {
    if (ids.length === 0) return [];
    const found = await this.#options.past.documents(ids);
    return found.filter((document) => document?.final === true) as Document[];
  }
}

export function mayLeave(id: DocumentId): boolean {
  return !id.includes(':');
}

/**
 * Documents whose absence a batch would take for granted, though they may have left: no guard of it would
 * refuse where one is missing.
 */
export function takenForAbsent(batch: readonly Transaction[]): DocumentId[] {
  const ids: DocumentId[] = [];
  for (const { guards, writes } of batch) {
    for (const guard of guards ?? NONE) {
      if ('absent' in guard && guard.absent === true && mayLeave(guard.document)) {
        ids.push(guard.document);
      }
    }
    for (const { id, fresh } of writes ?? NONE) {
      if (fresh !== true && mayLeave(id) && !isGuarded(id, guards)) ids.push(id);
    }
  }
  return ids;
}

function isGuarded(id: DocumentId, guards: Transaction['guards']): boolean {
  return guards?.some((guard) => 'document' in guard && guard.document === id) === true;
}
