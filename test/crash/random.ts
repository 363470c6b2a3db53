// A small seeded generator of numbers: the same seed gives the same plan of kills, commands and
// damage. (What the scheduler and the disk make of it differs from run to run.)

/** mulberry32 (T. Ettinger, public domain): 32 bits of state are plenty for test plans. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)]!;
  }

  /** Another generator, drawn from this one. */
  branch(): Random {
    return new Random(this.whole(0, 2 ** 31));
  }

  /** At most `count` of the items, in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    const taken: T[] = [];
    while (taken.length < count && left.length > 0) {
      const index = this.whole(0, left.length - 1);
      taken.push(left[index]!);
      left[index] = left.at(-1)!;
      left.pop();
    }
    return taken;
  }
}
