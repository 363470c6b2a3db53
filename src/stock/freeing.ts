// Who is freeing which due documents right now, so that a thousand buyers of one pool do not all
// submit the same 64: the first one does, the others wait for it. Decides nothing.

import type { Pending } from '../engines/batcher.ts';
import type { DocumentId, Transaction } from '../engines/contract.ts';

export class Freeing {
  /** What makes documents fall due; none for one that is settled already. */
  readonly #plan: (ids: readonly DocumentId[]) => Promise<Transaction[]>;
  readonly #open = new Map<DocumentId, PromiseWithResolvers<void>>();

  constructor(plan: (ids: readonly DocumentId[]) => Promise<Transaction[]>) {
    this.#plan = plan;
  }

  /** Resolve when what others are freeing is decided, one for each document. */
  ofOthers(ids: readonly DocumentId[]): Promise<void>[] {
    return ids.flatMap((id) => this.#open.get(id)?.promise ?? []);
  }

  /** Takes the documents that nobody is freeing yet; the caller submits what comes back. */
  async take(ids: readonly DocumentId[], failed: (error: unknown) => void): Promise<Pending[]> {
    const mine = ids.filter((id) => !this.#open.has(id));
    if (mine.length === 0) return [];
    // Known to all others before anything is waited for: they ask in the same turn.
    for (const id of mine) this.#open.set(id, Promise.withResolvers());
    const unplanned = new Set(mine);
    try {
      const transactions = await this.#plan(mine);
      return transactions.map((transaction) => {
        const { id } = transaction.writes![0]!;
        unplanned.delete(id);
        return this.#pending(id, transaction, failed);
      });
    } finally {
      for (const id of unplanned) this.#end(id);
    }
  }

  #pending(id: DocumentId, transaction: Transaction, failed: (error: unknown) => void): Pending {
    return {
      transaction,
      done: () => this.#end(id),
      failed: (error) => {
        this.#end(id);
        failed(error);
      },
    };
  }

  #end(id: DocumentId): void {
    this.#open.get(id)?.resolve();
    this.#open.delete(id);
  }
}
