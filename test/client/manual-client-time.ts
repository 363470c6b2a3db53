// Time for a client that moves only when the test moves it, and tells when the client starts to wait.

import type { ClientTime } from '../../src/client/index.ts';

interface Wake {
  atMs: number;
  wake: () => void;
}

export class ManualClientTime implements ClientTime {
  #nowMs = 1_000_000;
  readonly #wakes = new Set<Wake>();
  #onAsked: (() => void) | undefined;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, wake: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, wake };
    this.#wakes.add(entry);
    this.#onAsked?.();
    return () => this.#wakes.delete(entry);
  }

  /** How long the client waits for the next thing; undefined when it waits for nothing. */
  get nextMs(): number | undefined {
    const times = [...this.#wakes].map(({ atMs }) => atMs - this.#nowMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Resolves once the client waits for something within these bounds. */
  async waits(fromMs: number, toMs: number): Promise<void> {
    for (;;) {
      const { nextMs } = this;
      if (nextMs !== undefined && nextMs >= fromMs && nextMs <= toMs) return;
      await new Promise<void>((resolve) => {
        this.#onAsked = resolve;
      });
    }
  }

  /** Time passes, and whatever is due on the way happens at its moment. */
  passMs(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#wakes].filter(({ atMs }) => atMs <= untilMs);
      const first = due.sort((one, other) => one.atMs - other.atMs)[0];
      if (first === undefined) break;
      this.#wakes.delete(first);
      this.#nowMs = Math.max(this.#nowMs, first.atMs);
      first.wake();
    }
    this.#nowMs = untilMs;
  }
}
