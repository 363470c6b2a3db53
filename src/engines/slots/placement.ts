// Which slot of a store keeps what, read off names alone: an owner by what stands before the first colon of its
// id, so that pools that are named alike are beside each other; a pool's document beside its accounts; documents
// with names anywhere, but always in the same place. Knows nothing of documents that lie where they were made.

import { ownerOf, ownerOfDocument } from '../../kernel/accounts.ts';
import { textFingerprint } from '../../kernel/fingerprint.ts';
import type { AccountId, Destination, DocumentId } from '../contract.ts';

/** A shop's pools fit in here. */
const KNOWN_MAX = 100_000;

export class Placement {
  readonly count: number;
  readonly #known = new Map<string, number>();

  constructor(count: number) {
    this.count = count;
  }

  ofOwner(owner: string): number {
    let slot = this.#known.get(owner);
    if (slot === undefined) {
      const colon = owner.startsWith('!') ? -1 : owner.indexOf(':');
      slot = textFingerprint(colon > 0 ? owner.slice(0, colon) : owner) % this.count;
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      this.#known.set(owner, slot);
    }
    return slot;
  }

  ofAccount(account: AccountId): number {
    return this.ofOwner(ownerOf(account));
  }

  ofDestination(to: Destination): number {
    return typeof to === 'string' ? this.ofAccount(to) : this.ofOwner(to.release);
  }

  /** Where a document is that has a name, or that nobody has made in another place. */
  ofDocument(id: DocumentId): number {
    const owner = ownerOfDocument(id);
    return owner === undefined ? textFingerprint(id) % this.count : this.ofOwner(owner);
  }
}

/** Whether a document is always found by its id alone. */
export function hasOwnPlace(id: DocumentId): boolean {
  return id.includes(':');
}

/** Whether it lies in the slot of the transaction that made it. */
export function isMadeHere(id: DocumentId): boolean {
  return !hasOwnPlace(id);
}
