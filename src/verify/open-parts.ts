// Changes over several slots of a store, as a journal tells them: of each slot in its order, and of several in any.
// Until a part's last entry and its decision have both been told, the slot's accounts and the documents elsewhere
// that account for them need not agree. Judges nothing.

import type { AccountId, Document, DocumentId } from '../engines/contract.ts';

interface OpenPart {
  accounts: Set<AccountId>;
  hasEnded: boolean;
  isDecided: boolean;
}

/** How a decision says that a part ends. */
interface PartEnd {
  id: DocumentId;
  takenFrom: AccountId[];
  given: [from: AccountId, to: AccountId, quantity: number][];
}

export class OpenParts {
  readonly #parts = new Map<DocumentId, OpenPart>();
  readonly #standing = new Map<AccountId, number>();

  /** Whether a part stands open on an account. */
  stand(account: AccountId): boolean {
    return this.#standing.has(account);
  }

  /** Accounts on which a part is over with these documents. */
  take(documents: readonly Document[]): AccountId[] {
    const free: AccountId[] = [];
    for (const document of documents) {
      if (document.kind === 'part') free.push(...this.#takePart(document));
      else if (document.kind === 'decision') free.push(...this.#decide(document));
    }
    return free;
  }

  #takePart({ id, state, claims, frees = [] }: Document): AccountId[] {
    const part = this.#open(id);
    if (state === 'PREPARED') {
      this.#add(part, [...claims.map(({ undo }) => String(undo)), ...frees]);
      return [];
    }
    part.hasEnded = true;
    return state === 'ABORTED' || part.isDecided ? this.#close(id, part) : [];
  }

  #decide({ data }: Document): AccountId[] {
    const ends = (data.ends ?? []) as unknown as PartEnd[];
    return ends.flatMap(({ id, takenFrom, given }) => {
      const part = this.#open(id);
      part.isDecided = true;
      this.#add(part, [...takenFrom, ...given.map(([, to]) => to)]);
      return part.hasEnded ? this.#close(id, part) : [];
    });
  }

  #open(id: DocumentId): OpenPart {
    let part = this.#parts.get(id);
    if (part === undefined) {
      part = { accounts: new Set(), hasEnded: false, isDecided: false };
      this.#parts.set(id, part);
    }
    return part;
  }

  #add({ accounts }: OpenPart, more: readonly AccountId[]): void {
    for (const account of more) {
      if (accounts.has(account)) continue;
      accounts.add(account);
      this.#standing.set(account, (this.#standing.get(account) ?? 0) + 1);
    }
  }

  #close(id: DocumentId, { accounts }: OpenPart): AccountId[] {
    this.#parts.delete(id);
    for (const account of accounts) {
      const left = this.#standing.get(account)! - 1;
      if (left === 0) this.#standing.delete(account);
      else this.#standing.set(account, left);
    }
    return [...accounts];
  }
}
