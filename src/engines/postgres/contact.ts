// When this server last reached the database. Out of touch for longer it cannot know whether all servers
// were, so that nothing falls due for it until it has looked.

import { SYSTEM_TIME } from '../clock.ts';
import { DOWN_MAX_MS } from '../down-time.ts';

export class Contact {
  readonly #monotonicMs: () => number;
  #lastMs: number;
  #wasLost = false;

  constructor(monotonicMs = SYSTEM_TIME.monotonicMs) {
    this.#monotonicMs = monotonicMs;
    this.#lastMs = monotonicMs();
  }

  /** Also when it has been reached again and nobody has looked yet. */
  get isLost(): boolean {
    return this.#wasLost || this.#monotonicMs() - this.#lastMs > DOWN_MAX_MS;
  }

  /** The database has answered. */
  met(): void {
    this.#wasLost = this.isLost;
    this.#lastMs = this.#monotonicMs();
  }

  /** It is known what has to be known of the time out of touch. */
  looked(): void {
    this.#wasLost = false;
    this.#lastMs = this.#monotonicMs();
  }
}
