// The simulator's chance. A lot has a name, and its name and the seed decide it: so a run repeats whatever
// comes first, at the same time or after a restart.

import { createHash } from 'node:crypto';

export class Chance {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** From 0 up to, not including, 1. */
  fraction(...name: (string | number)[]): number {
    const digest = createHash('sha256')
      .update(JSON.stringify([this.#seed, ...name]))
      .digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }

  happens(rate: number, ...name: (string | number)[]): boolean {
    return rate > 0 && this.fraction(...name) < rate;
  }

  /** A whole number from the first to the second, both included. */
  within([from, to]: readonly [number, number], ...name: (string | number)[]): number {
    return from + Math.floor(this.fraction(...name) * (to - from + 1));
  }

  pick<T>(items: readonly T[], ...name: (string | number)[]): T {
    return items[this.within([0, items.length - 1], ...name)]!;
  }
}

/** Always the same for the same text: an id that needs no chance. */
export function idOf(prefix: string, text: string): string {
  return `${prefix}_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
