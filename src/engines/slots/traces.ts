// Documents that never came to be and have left a trace (undecided-document.ts) count as absent: guards that ask
// for absence ask for the trace instead, and refusals over one speak of nothing. Remembers those that were met.

import type { CommitRefusal, DocumentId, Guard, Outcome, Transaction } from '../contract.ts';
import { isTrace } from './undecided-document.ts';

export class Traces {
  readonly #versions = new Map<DocumentId, number>();

  /** The transaction, as slots with the known traces understand it. */
  known(transaction: Transaction): Transaction {
    if (this.#versions.size === 0 || transaction.guards === undefined) return transaction;
    return { ...transaction, guards: transaction.guards.map((guard) => this.#known(guard)) };
  }

  /** The refusal without them; undefined where a trace stood in the way and is known now. */
  explained(refusal: CommitRefusal & { code: 'document' }): Outcome | undefined {
    const { document, failed, found } = refusal;
    if (found === undefined || !isTrace(found)) return { ok: false, refusal };
    if (failed !== 'absent')
      return { ok: false, refusal: { code: 'document', document, failed: 'present' } };
    this.#versions.set(document, found.version);
    return undefined;
  }

  #known(guard: Guard): Guard {
    if (!('document' in guard) || guard.absent !== true) return guard;
    const version = this.#versions.get(guard.document);
    return version === undefined ? guard : { document: guard.document, version };
  }
}
