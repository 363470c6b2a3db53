// How often the tables' thread may begin anew, and how long it waits before it does. Only failures of
// the tables themselves count: a full disk and a missing file of the archive pass, and until then the
// journal is all that is needed.

import type { StoreFailure } from './store-failure.ts';

/** How often it may begin anew, getting nowhere, before the store has failed. */
const RESTARTS_MAX = 20;
/** After the first time at once each restart waits twice as long, up to two seconds. */
const PAUSE_MS = 8;
const DOUBLINGS_MAX = 8;

export interface Restart {
  pauseMs: number;
  warning?: string;
}

export class TablesRestarts {
  /** What the tables wait for. */
  waiting: string | undefined;
  #failures = 0;
  #tries = 0;

  /** When to start again, and what to say of it; undefined when there were too many. */
  next({ code, message, ofArchive = false }: StoreFailure): Restart | undefined {
    const waited = this.waiting;
    this.waiting = ofArchive ? `the tables wait: ${message}` : undefined;
    this.#tries += 1;
    if (code !== 'disk-full' && !ofArchive) this.#failures += 1;
    if (this.#failures > RESTARTS_MAX) return undefined;
    const pauseMs = this.#tries === 1 ? 0 : PAUSE_MS * 2 ** Math.min(this.#tries, DOUBLINGS_MAX);
    // Hours of waiting for one file are one warning.
    if (ofArchive && this.waiting === waited) return { pauseMs };
    return { pauseMs, warning: this.waiting ?? `the tables are started again: ${message}` };
  }

  /** The tables got further. */
  passed(): void {
    this.waiting = undefined;
    this.#failures = 0;
    this.#tries = 0;
  }
}
