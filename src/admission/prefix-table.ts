// Values by prefixes of addresses, and the one of the longest prefix that an address lies in. One look for each
// length that there is, however many prefixes have it: 10,000 of them cost as much as one.

import type { Prefix } from '../kernel/address.ts';

interface Length {
  length: number;
  behind: bigint;
  found: Map<bigint, unknown>;
}

export class PrefixTable<Value> {
  readonly #lengths: { 32: Length[]; 128: Length[] } = { 32: [], 128: [] };

  set({ bits, length, value }: Prefix, kept: Value): void {
    const lengths = this.#lengths[bits];
    let at = lengths.find((one) => one.length === length);
    if (at === undefined) {
      at = { length, behind: BigInt(bits - length), found: new Map() };
      lengths.push(at);
      lengths.sort((one, other) => other.length - one.length);
    }
    at.found.set(value >> at.behind, kept);
  }

  delete({ bits, length, value }: Prefix): void {
    const lengths = this.#lengths[bits];
    const at = lengths.find((one) => one.length === length);
    if (at === undefined) return;
    at.found.delete(value >> at.behind);
    if (at.found.size === 0) lengths.splice(lengths.indexOf(at), 1);
  }

  /** Of the longest prefix that holds it and whose value counts. */
  find({ bits, length, value }: Prefix, counts?: (kept: Value) => boolean): Value | undefined {
    for (const { length: least, behind, found } of this.#lengths[bits]) {
      if (least > length) continue;
      const kept = found.get(value >> behind) as Value | undefined;
      if (kept !== undefined && (counts === undefined || counts(kept))) return kept;
    }
    return undefined;
  }
}
