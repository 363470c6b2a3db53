// Sends commands in the order of the file, up to so many at once, and settles their answers in that
// same order, whatever the order in which they come. A failure ends the run: what is under way is
// awaited, nothing more is sent.

/** A command's place in the order. */
export interface Turn {
  number: number;
  /** Resolves when this command and all before it have been answered and counted. */
  settled: Promise<void>;
}

export class CommandOrder {
  readonly #inFlightMax: number;
  #inFlight = 0;
  #number = 0;
  #tail: Promise<void> = Promise.resolve();
  #freed: (() => void) | undefined;
  #failure: { error: unknown } | undefined;
  /** The most commands that were under way at once. */
  inFlightPeak = 0;

  constructor(inFlightMax: number) {
    this.#inFlightMax = inFlightMax;
  }

  /** Waits for a free place, starts the command, and calls `settle` with its answer in turn. */
  async submit<T>(start: () => Promise<T>, settle: (answer: T) => void): Promise<Turn> {
    while (this.#inFlight >= this.#inFlightMax) {
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#inFlight += 1;
    this.inFlightPeak = Math.max(this.inFlightPeak, this.#inFlight);
    const answer = start().finally(() => {
      this.#inFlight -= 1;
      this.#freed?.();
    });
    answer.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return this.#append(async () => settle(await answer));
  }

  /** Takes a place in the order without a command. */
  note(settle: () => void): Turn {
    return this.#append(async () => settle());
  }

  /** Waits until everything sent so far is settled. */
  async drain(): Promise<void> {
    await this.#tail;
  }

  #append(settle: () => Promise<void>): Turn {
    const before = this.#tail;
    const settled = before.then(settle);
    settled.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#tail = settled;
    this.#number += 1;
    return { number: this.#number, settled };
  }
}
