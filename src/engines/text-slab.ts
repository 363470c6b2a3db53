// Texts as bytes outside the garbage collector's heap, found again by their place. A million live
// reservations kept as strings cost a quarter of all time in collections. Must not know what the
// texts are.

import type { DocumentBytes } from './document-store.ts';

/** Where a text stands: its chunk and the byte that it starts at, in one number. */
export type Place = number;

const BLANK = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const ASCII_MAX = 126;
const CHUNK_BYTES = 1 << 22;
/** Places are handed out in steps, and a freed one serves the next text of the same step. */
const STEP_BYTES = 32;

export class TextSlab {
  readonly #chunks: Buffer[] = [];
  readonly #free = new Map<number, Place[]>();
  #end = CHUNK_BYTES;

  /** Keeps the bytes of a text. */
  put(text: DocumentBytes): Place {
    const place = this.#take(roundUp(text.end - text.start));
    this.replace(place, text);
    return place;
  }

  /** Writes another text of the same rounded size to a place. */
  replace(place: Place, { bytes, start, end }: DocumentBytes): void {
    bytes.copy(this.#chunks[Math.floor(place / CHUNK_BYTES)]!, place % CHUNK_BYTES, start, end);
  }

  get(place: Place, size: number): string {
    const start = place % CHUNK_BYTES;
    return this.#chunks[Math.floor(place / CHUNK_BYTES)]!.toString('utf8', start, start + size);
  }

  /**
   * Whether a name and then a quote stand at a place; undefined when the name has characters that
   * JSON writes in another way.
   */
  hasName(place: Place, name: string): boolean | undefined {
    const chunk = this.#chunks[Math.floor(place / CHUNK_BYTES)]!;
    const start = place % CHUNK_BYTES;
    for (let index = 0; index < name.length; index += 1) {
      const code = name.charCodeAt(index);
      if (code < BLANK || code > ASCII_MAX || code === QUOTE || code === BACKSLASH)
        return undefined;
      if (chunk[start + index] !== code) return false;
    }
    return chunk[start + name.length] === QUOTE;
  }

  /** Whether two sizes fit the same place. */
  static fits(size: number, other: number): boolean {
    return roundUp(size) === roundUp(other);
  }

  free(place: Place, size: number): void {
    const rounded = roundUp(size);
    const list = this.#free.get(rounded);
    if (list === undefined) this.#free.set(rounded, [place]);
    else list.push(place);
  }

  #take(size: number): Place {
    const free = this.#free.get(size);
    if (free !== undefined && free.length > 0) return free.pop()!;
    if (this.#end + size > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, size)));
      this.#end = 0;
    }
    const place = (this.#chunks.length - 1) * CHUNK_BYTES + this.#end;
    this.#end = Math.min(CHUNK_BYTES, this.#end + size);
    return place;
  }
}

function roundUp(size: number): number {
  return Math.ceil(size / STEP_BYTES) * STEP_BYTES;
}
