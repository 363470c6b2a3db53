// Gathers what many ask for at the same time into one question at a time: while one is under way the next
// gathers. A question for each of 500 buyers kept ten connections busy.

interface Asker<Key, Found> {
  keys: readonly Key[];
  resolve(found: Found[]): void;
  reject(error: unknown): void;
}

/** Keys in one question. */
const KEYS_MAX = 1_000;

export class GatheredReads<Key, Found> {
  readonly #read: (keys: Key[]) => Promise<Map<Key, Found>>;
  #askers: Asker<Key, Found | undefined>[] = [];
  #asking = false;

  /** `read` finds what there is for keys that are all different. */
  constructor(read: (keys: Key[]) => Promise<Map<Key, Found>>) {
    this.#read = read;
  }

  /** What there is for each key, in order. Never older than the call. */
  get(keys: readonly Key[]): Promise<(Found | undefined)[]> {
    return new Promise((resolve, reject) => {
      this.#askers.push({ keys, resolve, reject });
      if (!this.#asking) {
        this.#asking = true;
        // All who ask in this turn of the event loop.
        setImmediate(() => void this.#ask());
      }
    });
  }

  async #ask(): Promise<void> {
    while (this.#askers.length > 0) {
      const askers = this.#take();
      try {
        const found = await this.#read([...new Set(askers.flatMap(({ keys }) => keys))]);
        for (const { keys, resolve } of askers) resolve(keys.map((key) => found.get(key)));
      } catch (error) {
        for (const { reject } of askers) reject(error);
      }
    }
    this.#asking = false;
  }

  #take(): Asker<Key, Found | undefined>[] {
    let count = 0;
    let size = 0;
    while (count < this.#askers.length && size < KEYS_MAX) {
      size += this.#askers[count]!.keys.length;
      count += 1;
    }
    return this.#askers.splice(0, count);
  }
}
