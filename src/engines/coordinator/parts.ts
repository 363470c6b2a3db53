// All parts of a store, and which of them a batch needs. Knows what each can do and not what is done.

import type { Part } from './part.ts';
import { type PartOfOwner, partOfOwner } from './part-of-owner.ts';

export class Parts {
  /** In the order of their names: the order of their locks. */
  readonly all: readonly Part[];
  readonly partOf: PartOfOwner;
  readonly #byName: ReadonlyMap<string, Part>;

  constructor(parts: readonly Part[]) {
    this.all = parts;
    this.partOf = partOfOwner(parts);
    this.#byName = new Map(parts.map((part) => [part.name, part]));
  }

  /** Where an owner's rows are; undefined: at home. */
  of(owner: string): Part | undefined {
    const name = this.partOf(owner);
    return name === undefined ? undefined : this.#byName.get(name);
  }

  /** Owners at home, and those of each part in the order of parts. */
  split(owners: readonly string[]): { own: string[]; elsewhere: [Part, string[]][] } {
    const own: string[] = [];
    const found = new Map<Part, string[]>();
    for (const owner of owners) {
      const part = this.of(owner);
      if (part === undefined) own.push(owner);
      else if (found.has(part)) found.get(part)!.push(owner);
      else found.set(part, [owner]);
    }
    const elsewhere = this.all.flatMap((part): [Part, string[]][] => {
      const there = found.get(part);
      return there === undefined ? [] : [[part, there]];
    });
    return { own, elsewhere };
  }

  /** Those that cannot be used at present, and why. */
  get away(): { name: string; prefix: string; why: string }[] {
    return this.all.flatMap(({ name, prefix, away }) =>
      away === undefined ? [] : [{ name, prefix, why: away }],
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((part) => part.close()));
  }
}
