// What the leading server does beside recording, one step at a time and again after a rest: nobody waits for
// it, and what fails is tried again with the next step. Does not know what the steps do.

interface LeaderWorkOptions {
  leads(): boolean;
  everyMs: number;
  steps: readonly (() => Promise<void>)[];
}

export class LeaderWork {
  readonly #options: LeaderWorkOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Why the last steps did not get done. */
  failure: string | undefined;

  constructor(options: LeaderWorkOptions) {
    this.#options = options;
    this.#rest();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #rest(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#take().finally(() => this.#rest());
    }, this.#options.everyMs);
    this.#timer.unref();
  }

  async #take(): Promise<void> {
    const { leads, steps } = this.#options;
    try {
      for (const step of steps) if (!this.#stopped && leads()) await step();
      this.failure = undefined;
    } catch (error) {
      this.failure = (error as Error).message;
    }
  }
}
