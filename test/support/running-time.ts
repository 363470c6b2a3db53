// Time as this process had it: a machine that others use stands still for tenths of a second at a time, and what is
// promised within a second is promised of one that runs. Expects nothing.

const STEP_MS = 10;
/** Of a longer gap no more than this is counted. */
const COUNTED_MAX_MS = 2 * STEP_MS;

export class RunningTime {
  #passedMs = 0;
  #lookedAtMs = performance.now();
  readonly #timer = setInterval(() => this.#look(), STEP_MS);

  /** Since it was made. */
  get passedMs(): number {
    this.#look();
    return this.#passedMs;
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.passedMs;
  }

  #look(): void {
    const nowMs = performance.now();
    this.#passedMs += Math.min(nowMs - this.#lookedAtMs, COUNTED_MAX_MS);
    this.#lookedAtMs = nowMs;
  }
}
