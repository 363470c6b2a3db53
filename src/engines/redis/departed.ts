// Documents that are final and not in Redis any more, since the store was rebuilt: what is asked for and is not
// there comes back from the record, so that what is decided on it next is decided as it was. Only final ones: any
// other that is not in Redis is nowhere.

import type { Document, DocumentId } from '../contract.ts';
import type { Argument, Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import type { Remembering } from './remembering.ts';
import { callFunction } from './scripted.ts';
import { documentValue } from './stored-state.ts';

interface DepartedOptions {
  send: Send;
  keys: Pick<StoreKeys, 'metadata' | 'documents'>;
  epoch: number;
  remembering: Pick<Remembering, 'past'>;
}

type Found = (Document | undefined)[];

export class Departed {
  readonly #options: DepartedOptions;

  constructor(options: DepartedOptions) {
    this.#options = options;
  }

  /** What `read` finds, and what comes back. In the first epoch nothing has left. */
  async found(
    ids: readonly DocumentId[],
    read: (ids: readonly DocumentId[]) => Promise<Found>,
  ): Promise<Found> {
    const found = await read(ids);
    const missing = ids.filter((_, index) => found[index] === undefined);
    if (missing.length === 0 || this.#options.epoch === 1) return found;
    const recorded = await this.#options.remembering.past.documents(missing);
    const final = recorded.filter((document) => document?.final === true);
    if (final.length === 0) return found;
    await this.#recall(final as Document[]);
    return read(ids);
  }

  async #recall(documents: readonly Document[]): Promise<void> {
    const { send, keys, epoch } = this.#options;
    const values: Argument[] = [String(epoch)];
    for (const document of documents) values.push(document.id, documentValue(document));
    await callFunction(send, 'recall', { keys: [keys.metadata, keys.documents], values });
  }
}
