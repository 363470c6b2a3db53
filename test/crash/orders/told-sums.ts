// Compares what an endpoint was told with the journal: every event at least once, and none that is not there.

import type { Receiver } from '../../support/receiver.ts';
import type { OrderBooks } from './order-books.ts';

export class ToldSums {
  readonly #books: OrderBooks;
  readonly #receiver: Receiver;
  readonly #arrived = new Set<string>();
  /** What came before its place in the journal was read. */
  readonly #early = new Set<string>();

  constructor(books: OrderBooks, receiver: Receiver) {
    this.#books = books;
    this.#receiver = receiver;
  }

  problems(): string[] {
    const { untold } = this.#books;
    // Bodies of many rounds would fill the memory.
    for (const { event } of this.#receiver.received.splice(0)) {
      const at = `${event.position}/${event.index}`;
      if (!this.#arrived.has(at)) this.#early.add(at);
    }
    for (const at of this.#early) {
      if (!untold.delete(at)) continue;
      this.#early.delete(at);
      this.#arrived.add(at);
    }
    return [
      ...[...untold].map((at) => `event ${at} did not arrive`),
      ...[...this.#early].map((at) => `event ${at} is in no journal`),
    ];
  }
}
