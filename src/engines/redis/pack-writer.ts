// Writes a flat row of numbers and texts as MessagePack (msgpack.org, version 5), which Lua in Redis reads
// with one call and without making a table of each. No lists, no maps: whoever reads knows the order.

import { ByteWriter } from '../byte-writer.ts';

const FIX_TEXT = 0xa0;
const TEXT_8 = 0xd9;
const TEXT_16 = 0xda;
const TEXT_32 = 0xdb;
const LIST_32 = 0xdd;
const UINT_8 = 0xcc;
const UINT_16 = 0xcd;
const UINT_32 = 0xce;
const UINT_64 = 0xcf;
const INT_64 = 0xd3;
const DOUBLE = 0xcb;
const NEGATIVE_MIN = -32;
const TWO_32 = 0x1_0000_0000;
const ASCII_MAX = 127;

const double = new DataView(new ArrayBuffer(8));

export class PackWriter {
  /** Text that is no value of the row goes in here, between `begin` and `end`. */
  readonly bytes: ByteWriter;
  /** Values so far. */
  count = 0;
  /** Values before the text that was begun, and that text. */
  #before = 0;

  constructor(size = 1 << 16) {
    this.bytes = new ByteWriter(size);
  }

  clear(): void {
    this.bytes.clear();
    this.count = 0;
  }

  number(value: number): void {
    this.count += 1;
    const out = this.bytes;
    if (!Number.isSafeInteger(value)) this.#double(value);
    else if (value < 0) this.#negative(value);
    else if (value < 128) out.byte(value);
    else if (value < 0x100) {
      out.byte(UINT_8);
      out.byte(value);
    } else if (value < 0x1_0000) {
      out.byte(UINT_16);
      out.byte(value >>> 8);
      out.byte(value & 0xff);
    } else if (value < TWO_32) {
      out.byte(UINT_32);
      this.#four(value);
    } else {
      out.byte(UINT_64);
      this.#four(Math.floor(value / TWO_32));
      this.#four(value % TWO_32);
    }
  }

  text(text: string): void {
    this.count += 1;
    this.#length(isAscii(text) ? text.length : Buffer.byteLength(text));
    this.bytes.text(text);
  }

  /** Leaves room for a number of values; `fill` takes what this returns. */
  place(): [at: number, before: number] {
    this.bytes.byte(UINT_32);
    this.#four(0);
    this.count += 1;
    return [this.bytes.length, this.count - 1];
  }

  /** Puts in how many values there are from that place on. */
  fill([at, before]: [at: number, before: number]): void {
    this.bytes.bytes.writeUInt32BE(this.count - before, at - 4);
  }

  /** Begins a text of any bytes, a row of its own or what is written to `bytes`; `end` takes what this returns. */
  begin(): number {
    this.#before = this.count + 1;
    this.bytes.byte(TEXT_32);
    this.#four(0);
    return this.bytes.length;
  }

  end(start: number): void {
    this.count = this.#before;
    this.bytes.bytes.writeUInt32BE(this.bytes.length - start, start - 4);
  }

  /** A copy of what has been written. */
  row(): Buffer {
    return Buffer.from(this.bytes.bytes.subarray(0, this.bytes.length));
  }

  /** The same as one list, for rows that are longer than what Lua's stack holds. */
  list(): Buffer {
    const head = Buffer.from([LIST_32, 0, 0, 0, 0]);
    head.writeUInt32BE(this.count, 1);
    return Buffer.concat([head, this.row()]);
  }

  #length(length: number): void {
    const out = this.bytes;
    if (length < 32) out.byte(FIX_TEXT | length);
    else if (length < 0x100) {
      out.byte(TEXT_8);
      out.byte(length);
    } else if (length < 0x1_0000) {
      out.byte(TEXT_16);
      out.byte(length >>> 8);
      out.byte(length & 0xff);
    } else {
      out.byte(TEXT_32);
      this.#four(length);
    }
  }

  #negative(value: number): void {
    if (value >= NEGATIVE_MIN) {
      this.bytes.byte(value & 0xff);
      return;
    }
    this.bytes.byte(INT_64);
    // Two's complement, the upper half first.
    const low = ((value % TWO_32) + TWO_32) % TWO_32;
    this.#four(((value - low) / TWO_32) >>> 0);
    this.#four(low);
  }

  #double(value: number): void {
    this.bytes.byte(DOUBLE);
    double.setFloat64(0, value);
    this.#four(double.getUint32(0));
    this.#four(double.getUint32(4));
  }

  #four(value: number): void {
    const out = this.bytes;
    out.byte(value >>> 24);
    out.byte((value >>> 16) & 0xff);
    out.byte((value >>> 8) & 0xff);
    out.byte(value & 0xff);
  }
}

function isAscii(text: string): boolean {
  let all = 0;
  for (let index = 0; index < text.length; index += 1) all |= text.charCodeAt(index);
  return all <= ASCII_MAX;
}
