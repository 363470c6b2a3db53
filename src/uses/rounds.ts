// Rounds of work by key, such as one pool's line being served: one at a time for each key, and another when the key is
// woken meanwhile. Looks at all keys again and again, for what other servers have left. Knows nothing of the work.

/** For what another server has left, or was not told of. */
const LOOK_EVERY_MS = 500;

export class Rounds {
  readonly #going = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** No round may go on: whoever is in one ends it. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** `look` wakes all that may have something to do: now, and from time to time. */
  start(look: () => void): void {
    this.#timer = setInterval(look, LOOK_EVERY_MS);
    this.#timer.unref();
    look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.idle();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#going.size > 0) await Promise.all(this.#going.values());
  }

  /** There may be something to do for a key. */
  wake(key: string, round: () => Promise<void>): void {
    if (this.#isStopped) return;
    this.#again.add(key);
    if (this.#going.has(key)) return;
    const going = this.#go(key, round)
      .catch(() => {
        // The store does not answer, or another server is at it: looked at again.
        this.#again.delete(key);
      })
      .finally(() => {
        this.#going.delete(key);
        if (this.#again.has(key)) this.wake(key, round);
      });
    this.#going.set(key, going);
  }

  async #go(key: string, round: () => Promise<void>): Promise<void> {
    while (!this.#isStopped && this.#again.delete(key)) await round();
  }
}
