// Writes text as UTF-8 into memory that threads share and that is used again. Byte by byte, because
// nearly all of it is short and ASCII: joining strings and encoding the whole made 2,800 bytes of
// garbage per journal entry and took twice as long.

import type { Json, JsonObject } from './contract.ts';

const SIZE_FIRST = 1 << 16;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;
const DIGITS_MAX = 17;
/** Above this one call writes a text sooner than a look at each of its units: 60 of them in 150 ns instead of 380. */
const LONG = 24;
const MINUS = 45;
const ZERO = 48;
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;
const QUOTE = 34;
const COLON = 58;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const BACKSLASH = 92;
const ASCII_MAX = 126;
const BITS_OF_ASCII = 127;
const BLANK = 32;
/** Up to here numbers are divided as 32-bit integers. */
const INTEGER_MAX = 0x7fff_ffff;
const SEVEN_DIGITS = 10_000_000;

export class ByteWriter {
  #shared: SharedArrayBuffer;
  #bytes: Buffer;
  #length = 0;

  constructor(size = SIZE_FIRST) {
    this.#shared = new SharedArrayBuffer(size);
    this.#bytes = Buffer.from(this.#shared);
  }

  get shared(): SharedArrayBuffer {
    return this.#shared;
  }

  /** What has been written, until the next writing. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  byte(code: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = code;
    this.#length += 1;
  }

  // What JSON puts between values. Constants that another file imports cost writing an eighth more.
  comma(): void {
    this.byte(COMMA);
  }

  open(): void {
    this.byte(OPEN);
  }

  close(): void {
    this.byte(CLOSE);
  }

  quote(): void {
    this.byte(QUOTE);
  }

  text(text: string): void {
    const { length } = text;
    this.#reserve(length * BYTES_PER_UNIT);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > ASCII_MAX) {
        this.#length = start + bytes.write(text, start, 'utf8');
        return;
      }
      bytes[start + index] = code;
    }
    this.#length = start + length;
  }

  /** A JSON string with its quotes. */
  quoted(text: string): void {
    const { length } = text;
    this.#reserve(length * BYTES_PER_UNIT + 2);
    const bytes = this.#bytes;
    const start = this.#length;
    bytes[start] = QUOTE;
    if (length > LONG) {
      this.#quotedLong(text);
      return;
    }
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > ASCII_MAX || code < BLANK || code === QUOTE || code === BACKSLASH) {
        this.text(JSON.stringify(text));
        return;
      }
      bytes[start + 1 + index] = code;
    }
    bytes[start + 1 + length] = QUOTE;
    this.#length = start + length + 2;
  }

  #quotedLong(text: string): void {
    const bytes = this.#bytes;
    const first = this.#length + 1;
    const end = first + bytes.write(text, first, 'utf8');
    for (let at = first; at < end; at += 1) {
      const code = bytes[at]!;
      if (code > ASCII_MAX || code < BLANK || code === QUOTE || code === BACKSLASH) {
        this.text(JSON.stringify(text));
        return;
      }
    }
    bytes[end] = QUOTE;
    this.#length = end + 1;
  }

  /** Text that needs no escapes, in quotes. */
  name(text: string): void {
    const { length } = text;
    this.#reserve(length * BYTES_PER_UNIT + 2);
    const bytes = this.#bytes;
    const start = this.#length;
    if (length > LONG) {
      const end = start + 1 + bytes.write(text, start + 1, 'utf8');
      bytes[start] = QUOTE;
      bytes[end] = QUOTE;
      this.#length = end + 1;
      return;
    }
    let all = 0;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      all |= code;
      bytes[start + 1 + index] = code;
    }
    const end = all <= BITS_OF_ASCII ? length : bytes.write(text, start + 1, 'utf8');
    bytes[start] = QUOTE;
    bytes[start + 1 + end] = QUOTE;
    this.#length = start + end + 2;
  }

  /** Any JSON value, as `JSON.stringify` writes it, without making a text of it first. */
  json(value: Json): void {
    if (typeof value === 'string') this.quoted(value);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value !== 'object' || value === null) this.text(JSON.stringify(value));
    else if (Array.isArray(value)) this.#list(value);
    else this.#object(value);
  }

  #list(values: readonly Json[]): void {
    this.byte(OPEN);
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) this.byte(COMMA);
      this.json(values[index] ?? null);
    }
    this.byte(CLOSE);
  }

  #object(value: JsonObject): void {
    this.byte(OPEN_OBJECT);
    let first = true;
    for (const key in value) {
      const field = value[key];
      if (field === undefined) continue;
      if (!first) this.byte(COMMA);
      first = false;
      this.quoted(key);
      this.byte(COLON);
      this.json(field);
    }
    this.byte(CLOSE_OBJECT);
  }

  /** A whole number. */
  number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.text(JSON.stringify(value));
      return;
    }
    this.#reserve(DIGITS_MAX);
    let left = value;
    if (left < 0) {
      this.byte(MINUS);
      left = -left;
    }
    if (left <= INTEGER_MAX) {
      this.#digits(left, digitsOf(left));
      return;
    }
    const high = Math.floor(left / SEVEN_DIGITS);
    this.#digits(high, digitsOf(high));
    this.#digits(left - high * SEVEN_DIGITS, 7);
  }

  /** The last digits of a 32-bit integer. */
  #digits(value: number, count: number): void {
    const bytes = this.#bytes;
    let left = value | 0;
    for (let at = this.#length + count - 1; at >= this.#length; at -= 1) {
      const rest = (left / 10) | 0;
      bytes[at] = ZERO + left - rest * 10;
      left = rest;
    }
    this.#length += count;
  }

  #reserve(size: number): void {
    if (this.#length + size > this.#bytes.length) this.#grow(size);
  }

  #grow(size: number): void {
    const needed = this.#length + size;
    const shared = new SharedArrayBuffer(Math.max(needed, this.#bytes.length * 2));
    const bytes = Buffer.from(shared);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#shared = shared;
    this.#bytes = bytes;
  }
}

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count += 1;
  return count;
}
