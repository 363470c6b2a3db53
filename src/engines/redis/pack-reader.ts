// Reads a flat row of numbers and texts in MessagePack, as PackWriter and the scripts write it: value by
// value, each by whoever knows what comes next. Must not guess: what is something else is an error.

const TWO_32 = 0x1_0000_0000;

export class PackReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Passes over the head of a list, if there is one: its values follow each other like a row's. */
  openList(): void {
    const head = this.#bytes[this.#at]!;
    if ((head & 0xf0) === 0x90) this.#at += 1;
    else if (head === 0xdc) this.#at += 3;
    else if (head === 0xdd) this.#at += 5;
  }

  number(): number {
    const value = this.value();
    if (typeof value !== 'number') throw new TypeError('a text where a number belongs');
    return value;
  }

  text(): string {
    const value = this.value();
    if (typeof value !== 'string') throw new TypeError('a number where a text belongs');
    return value;
  }

  value(): number | string {
    const head = this.#bytes[this.#at]!;
    if (head < 0x80 || head >= 0xe0 || (head >= 0xca && head <= 0xd3)) return this.#number(head);
    return this.bytes().toString('utf8');
  }

  /** The bytes of a text, without a copy. */
  bytes(): Buffer {
    const length = this.#length();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** All that follows, which is no row. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  #length(): number {
    const head = this.#take(1);
    if ((head & 0xe0) === 0xa0) return head & 0x1f;
    if (head === 0xd9) return this.#take(1);
    if (head === 0xda) return this.#take(2);
    if (head === 0xdb) return this.#take(4);
    throw new TypeError(`no text: 0x${head.toString(16)}`);
  }

  #number(head: number): number {
    this.#at += 1;
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xca:
        this.#at += 4;
        return this.#bytes.readFloatBE(this.#at - 4);
      case 0xcb:
        this.#at += 8;
        return this.#bytes.readDoubleBE(this.#at - 8);
      case 0xcc:
        return this.#take(1);
      case 0xcd:
        return this.#take(2);
      case 0xce:
        return this.#take(4);
      case 0xcf:
        return this.#take(4) * TWO_32 + this.#take(4);
      default:
        return this.#signed(head);
    }
  }

  #signed(head: number): number {
    if (head === 0xd3) return (this.#take(4) | 0) * TWO_32 + this.#take(4);
    const size = 1 << (head - 0xd0);
    this.#at += size;
    return this.#bytes.readIntBE(this.#at - size, size);
  }

  #take(size: number): number {
    this.#at += size;
    return this.#bytes.readUIntBE(this.#at - size, size);
  }
}
