// The commands of a sequence that were sent under a key: which a key belongs to, and which can be sent again.

const KEYS_MEAN_MS = 43_200_000;

interface First {
  text: string;
  value: unknown;
}

export class KeyedCommands<Sent extends { key?: string; text: string }> {
  /** What opens a store anew does not know where keys were used. */
  readonly #forgets: boolean;
  readonly #answered = new Map<string, First>();
  #sent: Sent[] = [];
  #forgettings = 0;

  constructor({ forgets }: { forgets: boolean }) {
    this.#forgets = forgets;
  }

  /**
   * A name of its own for each half day, because engines remember keys for a day at least, some longer: nothing
   * is said of a key once it may be forgotten.
   */
  nameOf(drawn: string, nowMs: number): string {
    return `${drawn} ${Math.floor(nowMs / KEYS_MEAN_MS)} ${this.#forgettings}`;
  }

  sent(command: Sent): void {
    this.#sent.push(command);
  }

  /** One that was sent before, counted back from the latest. */
  before(which: number): Sent | undefined {
    return this.#sent.at(-1 - (which % this.#sent.length));
  }

  answered(key: string, first: First): void {
    this.#answered.set(key, first);
  }

  firstOf(key: string): First | undefined {
    return this.#answered.get(key);
  }

  passed(ms: number): void {
    if (ms >= KEYS_MEAN_MS) this.#sent.length = 0;
  }

  /** A key that was used for two commands may be taken for either from now on: nothing more is said of those. */
  restarted(): void {
    if (!this.#forgets) return;
    this.#forgettings += 1;
    this.#sent = this.#sent.filter(({ key, text }) => {
      const first = this.firstOf(key!);
      return first === undefined || first.text === text;
    });
  }
}
