// The bytes of a batch on their way to the journal's thread, in memory that both see and that is used
// again: a new 700 KB text per batch and thread cost more in fresh pages than in copying.

const NEWLINE = 10;
const SIZE_FIRST = 1 << 20;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;
/** Bodies kept for the next batch; more than this are under way only when callers do not batch. */
const KEPT_MAX = 4;

export class JournalBody {
  #shared = new SharedArrayBuffer(SIZE_FIRST);
  #bytes = Buffer.from(this.#shared);
  #length = 0;

  get shared(): SharedArrayBuffer {
    return this.#shared;
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  add(line: string): void {
    const needed = this.#length + line.length * BYTES_PER_UNIT + 1;
    if (needed > this.#bytes.length) this.#grow(needed);
    if (this.#length > 0) {
      this.#bytes[this.#length] = NEWLINE;
      this.#length += 1;
    }
    this.#length += this.#bytes.write(line, this.#length, 'utf8');
  }

  #grow(needed: number): void {
    const shared = new SharedArrayBuffer(Math.max(needed, this.#bytes.length * 2));
    const bytes = Buffer.from(shared);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#shared = shared;
    this.#bytes = bytes;
  }
}

/** Bodies to fill; each comes back when its batch is written. */
export class JournalBodies {
  readonly #free: JournalBody[] = [];

  take(): JournalBody {
    const body = this.#free.pop() ?? new JournalBody();
    body.clear();
    return body;
  }

  giveBack(body: JournalBody): void {
    if (this.#free.length < KEPT_MAX) this.#free.push(body);
  }
}
