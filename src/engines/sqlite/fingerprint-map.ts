// Fingerprint to position, in two flat arrays: 16 bytes a slot and nothing for the garbage collector
// to look at (a Map of key strings took 110 bytes an entry). Holds the requests of one generation
// while it is open.

const EMPTY = -1;
const SLOTS_FIRST = 2 ** 12;

export class FingerprintMap {
  #fingerprints = new Float64Array(SLOTS_FIRST).fill(EMPTY);
  #positions = new Float64Array(SLOTS_FIRST);
  #size = 0;

  add(fingerprint: number, position: number): void {
    if (this.#size * 2 >= this.#fingerprints.length) this.#grow();
    this.#put(fingerprint, position);
    this.#size += 1;
  }

  /** Positions under a fingerprint: nearly always none or one. */
  get(fingerprint: number): number[] | undefined {
    const fingerprints = this.#fingerprints;
    const mask = fingerprints.length - 1;
    let found: number[] | undefined;
    let at = slotOf(fingerprint, mask);
    while (fingerprints[at] !== EMPTY) {
      if (fingerprints[at] === fingerprint) {
        found ??= [];
        found.push(this.#positions[at]!);
      }
      at = (at + 1) & mask;
    }
    return found;
  }

  #put(fingerprint: number, position: number): void {
    const mask = this.#fingerprints.length - 1;
    let at = slotOf(fingerprint, mask);
    while (this.#fingerprints[at] !== EMPTY) at = (at + 1) & mask;
    this.#fingerprints[at] = fingerprint;
    this.#positions[at] = position;
  }

  #grow(): void {
    const fingerprints = this.#fingerprints;
    const positions = this.#positions;
    this.#fingerprints = new Float64Array(fingerprints.length * 2).fill(EMPTY);
    this.#positions = new Float64Array(fingerprints.length * 2);
    for (let index = 0; index < fingerprints.length; index += 1) {
      const fingerprint = fingerprints[index]!;
      if (fingerprint !== EMPTY) this.#put(fingerprint, positions[index]!);
    }
  }
}

function slotOf(fingerprint: number, mask: number): number {
  return (fingerprint >>> 0) & mask;
}
