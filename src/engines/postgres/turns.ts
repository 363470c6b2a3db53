// The regular look at the database, once a second and one at a time, and what it tells of the
// database: whether it answers. What is done in a look is for others to say.

import { HoldfastError } from '../../errors.ts';
import { SYSTEM_TIME } from '../clock.ts';

const EVERY_MS = 1_000;
/** A turn that takes longer means that the database does not answer. */
const TURN_MAX_MS = 3_000;

export class Turns {
  readonly #turn: () => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  /** When the turn under way began. */
  #sinceMs: number | undefined;
  #failure: string | undefined;

  constructor(turn: () => Promise<void>) {
    this.#turn = turn;
    this.#timer = setInterval(() => void this.#take(), EVERY_MS);
    this.#timer.unref();
  }

  /** What keeps the database from being used. */
  get failure(): string | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const sinceMs = this.#sinceMs ?? Number.POSITIVE_INFINITY;
    const stalls = SYSTEM_TIME.monotonicMs() - sinceMs > TURN_MAX_MS;
    return stalls ? 'the database does not answer' : undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #take(): Promise<void> {
    if (this.#sinceMs !== undefined) return;
    this.#sinceMs = SYSTEM_TIME.monotonicMs();
    try {
      await this.#turn();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof HoldfastError ? error.message : 'the database fails';
    } finally {
      this.#sinceMs = undefined;
    }
  }
}
