// Lets final documents leave memory once the tables have passed them, and takes back those that are
// asked about again.

import type { Document, DocumentId, Entry } from '../contract.ts';
import type { LiveState } from '../live-state.ts';

export class Evictions {
  readonly #state: LiveState;
  #queue: { position: number; id: DocumentId; version: number }[] = [];
  #head = 0;
  #passed: number;

  constructor(state: LiveState, passed: number) {
    this.#state = state;
    this.#passed = passed;
  }

  note(entries: readonly Entry[]): void {
    for (const { position, documents } of entries) {
      for (const { id, version, final } of documents) {
        if (final === true) this.#queue.push({ position, id, version });
      }
    }
  }

  bringBack(document: Document): void {
    this.#state.putDocument(document);
    const { id, version } = document;
    this.#queue.push({ position: this.#state.position, id, version });
  }

  /** The tables have taken all entries up to a position. */
  passed(position: number): void {
    this.#passed = position;
    while (this.#head < this.#queue.length && this.#queue[this.#head]!.position <= this.#passed) {
      const { id, version } = this.#queue[this.#head]!;
      // A later version waits further back in the queue.
      if (this.#state.document(id)?.version === version) this.#state.evict(id);
      this.#head += 1;
    }
    if (this.#head > 65_536 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}
