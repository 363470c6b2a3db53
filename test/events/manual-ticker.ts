// A ticker that a test moves: nothing runs but when time passes.

import type { Ticker } from '../../src/events/ticker.ts';

export class ManualTicker implements Ticker {
  #nowMs = 0;
  #due: { atMs: number; run: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((each) => each !== timer);
    };
  }

  /** Lets time pass, runs what is due, and waits for what it began. */
  async passMs(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (;;) {
      const next = this.#due.find(({ atMs }) => atMs <= this.#nowMs);
      if (next === undefined) break;
      this.#due = this.#due.filter((each) => each !== next);
      next.run();
      await settled();
    }
    await settled();
  }
}

/** The memory engine answers within microtasks: a turn of the event loop is past all of them. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
