// An engine's clock: monotone, and careful with expiry. The wall clock is read beside the monotonic
// one; a jump forward stops expiry until a person has looked. Must not know what is due.

import type { ClockReading } from './contract.ts';

export interface TimeSource {
  wallMs(): number;
  monotonicMs(): number;
}

export const SYSTEM_TIME: TimeSource = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** A jump of the wall clock against monotonic time by more than this stops expiry. */
export const JUMP_MAX_MS = 5_000;

export class EngineClock {
  readonly #time: TimeSource;
  /** With fractions: dropped at every reading they would make time run slow. */
  #exactMs: number;
  #monotonicMs: number;
  #dueNotBeforeMs = 0;
  #frozenMs = 0;
  #stopped: string | undefined;

  /** `highWaterMs`: the latest time that this store ever gave out. */
  constructor(time: TimeSource, highWaterMs = 0) {
    this.#time = time;
    this.#exactMs = Math.max(highWaterMs, time.wallMs());
    this.#monotonicMs = time.monotonicMs();
  }

  reading(): ClockReading {
    // The wall first: a pause between the two would otherwise count twice, once in each, and put this
    // clock ahead for good. This way round it is behind, and the next reading mends that.
    const wallMs = this.#time.wallMs();
    const monotonicMs = this.#time.monotonicMs();
    const expectedMs = this.#exactMs + (monotonicMs - this.#monotonicMs);
    if (wallMs - expectedMs > JUMP_MAX_MS && this.#stopped === undefined) {
      const jumpS = Math.round((wallMs - expectedMs) / 1000);
      this.#stopped = `the wall clock jumped forward by ${jumpS} s; expiry waits for a person`;
      this.#frozenMs = this.#nowMs;
    }
    // A wall clock that was set back must not stop time: it goes on at the monotonic pace. Nor is one
    // that jumped believed before a person has looked.
    this.#exactMs = this.#stopped === undefined ? Math.max(wallMs, expectedMs) : expectedMs;
    this.#monotonicMs = monotonicMs;
    const reading: ClockReading = { nowMs: this.#nowMs, dueMs: this.#dueMs() };
    if (this.#stopped !== undefined) reading.stopped = this.#stopped;
    return reading;
  }

  /** Nothing is due before this time (after the store was down). */
  holdExpiryUntil(atMs: number): void {
    this.#dueNotBeforeMs = Math.max(this.#dueNotBeforeMs, atMs);
  }

  /** The wall clock is right, a person says. */
  resumeExpiry(): void {
    this.#stopped = undefined;
    this.#exactMs = Math.max(this.#exactMs, this.#time.wallMs());
    this.#monotonicMs = this.#time.monotonicMs();
  }

  get #nowMs(): number {
    return Math.floor(this.#exactMs);
  }

  #dueMs(): number {
    if (this.#stopped !== undefined) return this.#frozenMs;
    return this.#nowMs < this.#dueNotBeforeMs ? 0 : this.#nowMs;
  }
}
