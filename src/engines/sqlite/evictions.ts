// Lets final documents leave memory once the tables have passed them, and takes back those that are
// asked about again.

import type { Document, DocumentId, Transaction } from '../contract.ts';
import type { Handle } from '../document-store.ts';
import type { LiveState } from '../live-state.ts';

type Stored = (id: DocumentId) => Document | undefined;

/** Evicted in one go: a fraction of a millisecond. */
const SLICE = 128;

const NONE: readonly never[] = [];

export class Evictions {
  readonly #state: LiveState;
  readonly #stored: Stored;
  // Numbers, because objects that wait here for the tables were copied by each young collection.
  #handles: Handle[] = [];
  #versions: number[] = [];
  #positions: number[] = [];
  #head = 0;
  #passed = 0;
  #scheduled = false;

  /** `stored` finds a document in the tables. */
  constructor(state: LiveState, stored: Stored) {
    this.#state = state;
    this.#stored = stored;
    state.onFinal = (handle, version, position) => this.#note(handle, version, position);
  }

  /** A document, also one that has left memory. */
  document(id: DocumentId): Document | undefined {
    return this.#state.document(id) ?? this.#gone(id);
  }

  /** Takes back what has left memory and what a transaction of the batch asks about. */
  bringBackFor(batch: readonly Transaction[]): void {
    for (const { guards, writes } of batch) {
      for (const guard of guards ?? NONE) if ('document' in guard) this.#bringBack(guard.document);
      for (const { id, fresh } of writes ?? NONE) if (fresh !== true) this.#bringBack(id);
    }
  }

  /** The tables have taken all entries up to a position. */
  passed(position: number): void {
    this.#passed = position;
    if (!this.#scheduled) this.#evictSome();
  }

  // A slice in each turn of the event loop: after a storm of expiries thousands may leave at once, and
  // whoever reserves meanwhile would wait for all of them.
  readonly #evictSome = (): void => {
    this.#scheduled = false;
    for (let count = 0; count < SLICE && this.#isPassed(); count += 1) {
      // A later version waits further back, and its place is not used again before that.
      this.#state.documents.delete(this.#handles[this.#head]!, this.#versions[this.#head]!);
      this.#head += 1;
    }
    if (this.#head > 65_536 && this.#head * 2 > this.#handles.length) this.#shorten();
    if (!this.#isPassed()) return;
    this.#scheduled = true;
    setImmediate(this.#evictSome);
  };

  #isPassed(): boolean {
    return this.#head < this.#handles.length && this.#positions[this.#head]! <= this.#passed;
  }

  #note(handle: Handle, version: number, position: number): void {
    this.#handles.push(handle);
    this.#versions.push(version);
    this.#positions.push(position);
  }

  #shorten(): void {
    this.#handles = this.#handles.slice(this.#head);
    this.#versions = this.#versions.slice(this.#head);
    this.#positions = this.#positions.slice(this.#head);
    this.#head = 0;
  }

  #bringBack(id: DocumentId): void {
    if (hasName(id) || this.#state.document(id) !== undefined) return;
    const document = this.#gone(id);
    if (document === undefined) return;
    const handle = this.#state.putDocument(document);
    this.#note(handle, document.version, this.#state.position);
  }

  /** One that has left memory. */
  #gone(id: DocumentId): Document | undefined {
    return hasName(id) ? undefined : this.#stored(id);
  }
}

/** Those with names, pools and limits, never leave. */
function hasName(id: DocumentId): boolean {
  return id.includes(':');
}
