// Finds the slot of a document by its id: an open hash table in flat arrays, in many parts, because
// one of a million entries stands still for hundreds of milliseconds when it doubles. Keeps marks of
// ids, not the ids: whoever asks says whether a slot is the one.

import { textFingerprint } from '../kernel/fingerprint.ts';

const PARTS = 64;
const ENTRIES_FIRST = 16;

export class IdIndex {
  readonly #parts = Array.from({ length: PARTS }, () => new Part());
  readonly #isAt: (slot: number, id: string) => boolean;

  /** `isAt` says whether the document with an id stands in a slot. */
  constructor(isAt: (slot: number, id: string) => boolean) {
    this.#isAt = isAt;
  }

  /** The slot of an id; -1 for none. */
  get(id: string): number {
    const print = textFingerprint(id);
    const part = this.#parts[partOf(print)]!;
    const mark = print >>> 0;
    for (let at = part.first(mark); at >= 0; at = part.next(at, mark)) {
      const slot = part.slotAt(at);
      if (this.#isAt(slot, id)) return slot;
    }
    return -1;
  }

  /** Adds an id that is not in here yet; returns its fingerprint. */
  add(id: string, slot: number): number {
    const print = textFingerprint(id);
    this.#parts[partOf(print)]!.add(print >>> 0, slot);
    return print;
  }

  /** Takes out the id with this fingerprint that stands in a slot. */
  delete(print: number, slot: number): void {
    this.#parts[partOf(print)]!.delete(print >>> 0, slot);
  }
}

function partOf(print: number): number {
  return Math.floor(print / 0x1_0000_0000) & (PARTS - 1);
}

/** Marks and slots side by side, by linear probing; slot 0 stands for nothing. */
class Part {
  #entries = new Uint32Array(2 * ENTRIES_FIRST);
  #mask = ENTRIES_FIRST - 1;
  #size = 0;

  /** The first entry with a mark; -1 for none. */
  first(mark: number): number {
    return this.#from(mark & this.#mask, mark);
  }

  next(at: number, mark: number): number {
    return this.#from((at + 1) & this.#mask, mark);
  }

  slotAt(at: number): number {
    return this.#entries[2 * at + 1]! - 1;
  }

  add(mark: number, slot: number): void {
    if (this.#size * 8 >= this.#entries.length * 3) this.#grow();
    this.#put(mark, slot + 1);
    this.#size += 1;
  }

  delete(mark: number, slot: number): void {
    const entries = this.#entries;
    const mask = this.#mask;
    let hole = mark & mask;
    while (entries[2 * hole + 1] !== slot + 1 || entries[2 * hole] !== mark) {
      if (entries[2 * hole + 1] === 0) return;
      hole = (hole + 1) & mask;
    }
    // What stands behind moves up, so that no search ends too early (Knuth, vol. 3, 6.4, R).
    for (let at = (hole + 1) & mask; entries[2 * at + 1] !== 0; at = (at + 1) & mask) {
      const home = entries[2 * at]! & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      entries[2 * hole] = entries[2 * at]!;
      entries[2 * hole + 1] = entries[2 * at + 1]!;
      hole = at;
    }
    entries[2 * hole + 1] = 0;
    this.#size -= 1;
  }

  #from(start: number, mark: number): number {
    const entries = this.#entries;
    const mask = this.#mask;
    let at = start;
    while (entries[2 * at + 1] !== 0) {
      if (entries[2 * at] === mark) return at;
      at = (at + 1) & mask;
    }
    return -1;
  }

  #put(mark: number, value: number): void {
    const entries = this.#entries;
    const mask = this.#mask;
    let at = mark & mask;
    while (entries[2 * at + 1] !== 0) at = (at + 1) & mask;
    entries[2 * at] = mark;
    entries[2 * at + 1] = value;
  }

  #grow(): void {
    const before = this.#entries;
    this.#entries = new Uint32Array(before.length * 2);
    this.#mask = before.length - 1;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] !== 0) this.#put(before[at]!, before[at + 1]!);
    }
  }
}
