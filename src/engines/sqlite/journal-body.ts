// The bytes of batches on their way to the journal's thread, in memory that both see and that is used
// again: a new 700 KB text per batch and thread cost more in fresh pages than in copying.

import { ByteWriter } from '../byte-writer.ts';

const SIZE_FIRST = 1 << 20;
/** Bodies kept for the next batch; more than this are under way only when callers do not batch. */
const KEPT_MAX = 4;

/** Bodies to fill; each comes back when its batch is written. */
export class JournalBodies {
  readonly #free: ByteWriter[] = [];

  take(): ByteWriter {
    const body = this.#free.pop() ?? new ByteWriter(SIZE_FIRST);
    body.clear();
    return body;
  }

  giveBack(body: ByteWriter): void {
    if (this.#free.length < KEPT_MAX) this.#free.push(body);
  }
}
