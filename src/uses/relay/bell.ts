// Lets a loop rest until something happens or a time has passed. Knows neither.

export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  /** The rest ends: the one of now, or the next one at once. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async rest(forMs: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, forMs);
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
