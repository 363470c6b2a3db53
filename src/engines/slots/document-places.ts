// Where documents lie whose ids do not say it: in the slot of the transaction that made them. All slots are asked
// once for each, and the answer is remembered, because a document never moves.

import type { Document, DocumentId } from '../contract.ts';
import { hasOwnPlace, type Placement } from './placement.ts';
import type { Slot } from './slot.ts';

/** Of each of two generations: the older one is dropped. */
const REMEMBERED_MAX = 200_000;

type Look = (slot: Slot, ids: readonly DocumentId[]) => Promise<(Document | undefined)[]>;

const asDecided: Look = (slot, ids) => slot.documents(ids);

export class DocumentPlaces {
  readonly #placement: Placement;
  readonly #slots: readonly Slot[];
  #young = new Map<DocumentId, number>();
  #old = new Map<DocumentId, number>();

  constructor(placement: Placement, slots: readonly Slot[]) {
    this.#placement = placement;
    this.#slots = slots;
  }

  /** Undefined: the slots must be asked. */
  known(id: DocumentId): number | undefined {
    if (hasOwnPlace(id)) return this.#placement.ofDocument(id);
    return this.#young.get(id) ?? this.#old.get(id);
  }

  /** Where it is, or would be made by one who does not make it as new. */
  of(id: DocumentId): number {
    return this.known(id) ?? this.#placement.ofDocument(id);
  }

  remember(id: DocumentId, slot: number): void {
    if (this.#young.size >= REMEMBERED_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, slot);
  }

  /** Reads documents wherever they are, and remembers where. */
  async read(
    ids: readonly DocumentId[],
    look: Look = asDecided,
  ): Promise<(Document | undefined)[]> {
    const asked = this.#slots.map((): DocumentId[] => []);
    for (const id of ids) {
      const slot = this.known(id);
      if (slot === undefined) for (const list of asked) list.push(id);
      else asked[slot]!.push(id);
    }
    const found = new Map<DocumentId, Document>();
    await Promise.all(
      asked.map(async (list, slot) => {
        if (list.length === 0) return;
        for (const document of await look(this.#slots[slot]!, list)) {
          if (document === undefined) continue;
          found.set(document.id, document);
          if (!hasOwnPlace(document.id)) this.remember(document.id, slot);
        }
      }),
    );
    return ids.map((id) => found.get(id));
  }
}
