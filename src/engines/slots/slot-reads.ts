// What is read of all slots together: documents wherever they lie, owners, what is due, earliest first. A document
// that is being decided is waited for, a moment; then it is shown as it was.

import type {
  ClockReading,
  Document,
  DocumentId,
  DocumentPage,
  DocumentQuery,
  OwnerState,
} from '../contract.ts';
import { pageOf } from '../query.ts';
import type { DocumentPlaces } from './document-places.ts';
import type { Placement } from './placement.ts';
import type { Settling } from './settling.ts';
import { byDeadline } from './shortages.ts';
import type { Slot } from './slot.ts';
import { asBefore, isWaiting } from './undecided-document.ts';

interface SlotReadsOptions {
  slots: readonly Slot[];
  placement: Placement;
  places: DocumentPlaces;
  settling: Settling;
}

export class SlotReads {
  readonly #options: SlotReadsOptions;

  constructor(options: SlotReadsOptions) {
    this.#options = options;
  }

  async documents(ids: readonly DocumentId[]): Promise<(Document | undefined)[]> {
    const { places } = this.#options;
    let found = await places.read(ids);
    const waiting = found.filter((each) => each !== undefined && isWaiting(each)) as Document[];
    if (waiting.length > 0) {
      await Promise.all(waiting.map(({ id }) => this.#decided(id)));
      found = await places.read(ids);
    }
    return found.map(asBefore);
  }

  /** Each as the record has it, once all that its slot shows is recorded. */
  async recordedDocuments(ids: readonly DocumentId[]): Promise<(Document | undefined)[]> {
    const { places } = this.#options;
    return (await places.read(ids, (slot, own) => slot.recordedDocuments(own))).map(asBefore);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    const { slots, placement } = this.#options;
    const asked = slots.map((): string[] => []);
    for (const id of ids) asked[placement.ofOwner(id)]!.push(id);
    const states = new Map<string, OwnerState>();
    await Promise.all(
      asked.map(async (own, slot) => {
        if (own.length === 0) return;
        for (const state of await slots[slot]!.owners(own)) {
          if (state !== undefined) states.set(state.owner, shownOwner(state));
        }
      }),
    );
    return ids.map((id) => states.get(id));
  }

  async named(query: DocumentQuery): Promise<Document[]> {
    const pages = await Promise.all(this.#options.slots.map((slot) => slot.find(query)));
    return pageOf(shownDocuments(pages.flatMap(({ documents }) => documents)), query);
  }

  shown({ documents, asOf }: DocumentPage): DocumentPage {
    return { documents: shownDocuments(documents), asOf };
  }

  async due(limit: number): Promise<Document[]> {
    const found = await Promise.all(this.#options.slots.map((slot) => slot.due(limit)));
    return found.flat().sort(byDeadline).slice(0, limit);
  }

  nextDeadlineMs(): number | undefined {
    let next: number | undefined;
    for (const slot of this.#options.slots) {
      const atMs = slot.nextDeadlineMs();
      if (atMs !== undefined && (next === undefined || atMs < next)) next = atMs;
    }
    return next;
  }

  /** The first slot's time; nothing is due before it is due in all of them. */
  clock(): ClockReading {
    const all = this.#options.slots.map((slot) => slot.clock());
    const reading: ClockReading = {
      nowMs: all[0]!.nowMs,
      dueMs: Math.min(...all.map(({ dueMs }) => dueMs)),
    };
    const stopped = all.find((each) => each.stopped !== undefined)?.stopped;
    if (stopped !== undefined) reading.stopped = stopped;
    return reading;
  }

  #decided(id: DocumentId): Promise<void> {
    const { settling, places } = this.#options;
    return settling.waitForDocument(places.of(id), id);
  }
}

function shownOwner(state: OwnerState): OwnerState {
  if (state.document === undefined) return state;
  const { document: _, ...rest } = state;
  const document = asBefore(state.document);
  return document === undefined ? rest : { ...rest, document };
}

function shownDocuments(documents: readonly Document[]): Document[] {
  return documents.map(asBefore).filter((document) => document !== undefined);
}
