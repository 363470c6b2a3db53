// Owners whose rows are known to be committed: these need not be made again. Forgets all of them rather
// than grow without end; who is forgotten is made once more, in vain.

const OWNERS_MAX = 200_000;

export class KnownOwners {
  readonly #owners = new Set<string>();

  unknownOf(owners: readonly string[]): string[] {
    return owners.filter((owner) => !this.#owners.has(owner));
  }

  add(owners: readonly string[]): void {
    if (this.#owners.size > OWNERS_MAX) this.clear();
    for (const owner of owners) this.#owners.add(owner);
  }

  clear(): void {
    this.#owners.clear();
  }
}
