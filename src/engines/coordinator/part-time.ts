// How long an attempt has waited for its parts, all statements together: as long as any of them is asked.
// Home's transaction idles meanwhile and keeps its locks, so that there is an end to it.

/** Less than a transaction may idle, and than those at home wait for a lock. */
export const PART_TIME_MAX_MS = 4_000;

export class PartTime {
  #asked = 0;
  #sinceMs = 0;
  #endedMs = 0;

  /** Counts while it runs; says how long that was. */
  async count<T>(use: () => Promise<T>, took: (ms: number) => void): Promise<T> {
    const startMs = performance.now();
    if (this.#asked === 0) this.#sinceMs = startMs;
    this.#asked += 1;
    try {
      return await use();
    } finally {
      const nowMs = performance.now();
      this.#asked -= 1;
      if (this.#asked === 0) this.#endedMs += nowMs - this.#sinceMs;
      took(nowMs - startMs);
    }
  }

  /** Whole milliseconds; 0 when there are none. */
  get leftMs(): number {
    const running = this.#asked === 0 ? 0 : performance.now() - this.#sinceMs;
    return Math.max(0, Math.floor(PART_TIME_MAX_MS - this.#endedMs - running));
  }
}
