// A time source that moves only when told to, for tests. Wall clock and monotonic clock can be moved
// apart, as a time server or a sleeping machine would. Must never read the real time.

import type { TimeSource } from '../clock.ts';

/** 20 November 2026, 12:00 UTC, a Friday in ISO week 47. */
export const START_MS = Date.UTC(2026, 10, 20, 12);

export class ManualTime implements TimeSource {
  #wallMs: number;
  #monotonicMs = 1_000;

  constructor(wallMs = START_MS) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Time passes as it should. */
  passMs(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  /** The wall clock is set, forward or back, while no time passes. */
  jumpMs(ms: number): void {
    this.#wallMs += ms;
  }
}
