// Numbers names in the order in which they come, and finds their numbers again. In a crowd nearly each name is new, and
// to find in a Map that one is not there reads memory five times that is not at hand: here it is once.

/** A place for a name: its hash, and its number and one; 0: it is free. */
const WIDTH = 2;
const PLACES_FIRST = 64;
/** So many places are looked at. Whoever makes up names of one hash fills these, and the Map behind them. */
const LOOKED_AT_MAX = 16;

export const NO_NAME = -1;

interface Crowded {
  number: number;
  hash: number;
}

export class NameTable<Name extends string | number | bigint> {
  readonly #names: Name[] = [];
  #places = new Int32Array(PLACES_FIRST * WIDTH);
  #mask = PLACES_FIRST - 1;
  /** Those that found all their places taken. */
  readonly #crowded = new Map<Name, Crowded>();

  get size(): number {
    return this.#names.length;
  }

  /** In the order of their numbers. */
  get names(): readonly Name[] {
    return this.#names;
  }

  /**
   * @param hash of 32 bits; of each name always the same
   * @returns its number, from 0; `NO_NAME` where it has none
   */
  find(name: Name, hash: number): number {
    const places = this.#places;
    const hash32 = hash | 0;
    let at = (hash32 & this.#mask) * WIDTH;
    for (let looked = 0; looked < LOOKED_AT_MAX; looked += 1) {
      const next = places[at + 1]!;
      if (next === 0) return NO_NAME;
      if (places[at] === hash32 && this.#names[next - 1] === name) return next - 1;
      at = at + WIDTH === places.length ? 0 : at + WIDTH;
    }
    return this.#crowded.size === 0 ? NO_NAME : (this.#crowded.get(name)?.number ?? NO_NAME);
  }

  /** A name that has no number yet; returns the one that it has from now on. */
  add(name: Name, hash: number): number {
    // Half of the places are free.
    if ((this.#names.length + 1) * WIDTH > this.#mask + 1) this.#grow();
    const number = this.#names.push(name) - 1;
    this.#put(name, { number, hash: hash | 0 });
    return number;
  }

  #put(name: Name, { number, hash }: Crowded): void {
    const at = this.#freePlace(hash);
    if (at === undefined) this.#crowded.set(name, { number, hash });
    else {
      this.#places[at] = hash;
      this.#places[at + 1] = number + 1;
    }
  }

  #freePlace(hash: number): number | undefined {
    const places = this.#places;
    let at = (hash & this.#mask) * WIDTH;
    for (let looked = 0; looked < LOOKED_AT_MAX; looked += 1) {
      if (places[at + 1] === 0) return at;
      at = at + WIDTH === places.length ? 0 : at + WIDTH;
    }
    return undefined;
  }

  #grow(): void {
    const before = this.#places;
    const crowded = [...this.#crowded];
    this.#crowded.clear();
    this.#places = new Int32Array(before.length * 2);
    this.#mask = this.#places.length / WIDTH - 1;
    for (let at = 0; at < before.length; at += WIDTH) {
      const number = before[at + 1]! - 1;
      if (number >= 0) this.#put(this.#names[number]!, { number, hash: before[at]! });
    }
    for (const [name, known] of crowded) this.#put(name, known);
  }
}

/** Names that are asked for beside each other differ within so many units of their ends. */
const ENDS = 24;

/** Of the end of a name, which is what a unit each costs. FNV-1a, of 32 bits. */
export function hashOfEnd(name: string): number {
  let hash = 0x811c_9dc5;
  for (let at = Math.max(0, name.length - ENDS); at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x0100_0193);
  }
  return hash ^ (hash >>> 15);
}
