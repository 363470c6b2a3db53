// Lets final documents leave memory once the tables have passed them, and takes back those that are
// asked about again.

import type { Document, DocumentId, Entry, Transaction } from '../contract.ts';
import type { LiveState } from '../live-state.ts';

type Stored = (id: DocumentId) => Document | undefined;

/** Evicted in one go: a fraction of a millisecond. */
const SLICE = 128;

const NONE: readonly never[] = [];

export class Evictions {
  readonly #state: LiveState;
  readonly #stored: Stored;
  #queue: { position: number; id: DocumentId; version: number }[] = [];
  #head = 0;
  #passed = 0;
  #scheduled = false;

  /** `stored` finds a document in the tables. */
  constructor(state: LiveState, stored: Stored) {
    this.#state = state;
    this.#stored = stored;
  }

  /** Takes back what has left memory and what a transaction of the batch asks about. */
  bringBackFor(batch: readonly Transaction[]): void {
    for (const { guards, writes } of batch) {
      for (const guard of guards ?? NONE) if ('document' in guard) this.#bringBack(guard.document);
      for (const { id, fresh } of writes ?? NONE) if (fresh !== true) this.#bringBack(id);
    }
  }

  note(entries: readonly Entry[]): void {
    for (const { position, documents } of entries) {
      for (const { id, version, final } of documents) {
        if (final === true) this.#queue.push({ position, id, version });
      }
    }
  }

  /** The tables have taken all entries up to a position. */
  passed(position: number): void {
    this.#passed = position;
    this.#evictSome();
  }

  // A slice in each turn of the event loop: after a storm of expiries thousands may leave at once, and
  // whoever reserves meanwhile would wait for all of them.
  readonly #evictSome = (): void => {
    this.#scheduled = false;
    for (let count = 0; count < SLICE && this.#isPassed(); count += 1) {
      const { id, version } = this.#queue[this.#head]!;
      // A later version waits further back in the queue.
      this.#state.evict(id, version);
      this.#head += 1;
    }
    if (this.#head > 65_536 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    if (!this.#isPassed() || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#evictSome);
  };

  #isPassed(): boolean {
    return this.#head < this.#queue.length && this.#queue[this.#head]!.position <= this.#passed;
  }

  #bringBack(id: DocumentId): void {
    // Those with names, pools and limits, never leave.
    if (id.includes(':')) return;
    if (this.#state.document(id) !== undefined) return;
    const document = this.#stored(id);
    if (document === undefined) return;
    this.#state.putDocument(document);
    this.#queue.push({ position: this.#state.position, id, version: document.version });
  }
}
