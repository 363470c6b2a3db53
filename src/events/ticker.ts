// When the live feed sends: a clock that only measures, and a timer. Apart, so that a test moves both
// by hand.

export interface Ticker {
  /** Monotonic. */
  nowMs(): number;
  /** Runs once after a delay; the function it returns calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

export const SYSTEM_TICKER: Ticker = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
