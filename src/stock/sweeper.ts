// Tidies up what is due, in order of deadlines. Nobody waits for it: whoever asks for units that
// are due gets them freed on the way. It wakes at the next deadline, at the latest every 100 ms,
// because shorter holds may have come in meanwhile.

import { BACKGROUND_MOVES_MAX } from '../engines/batcher.ts';
import type { Engine } from '../engines/contract.ts';
import type { Attempts } from './attempts.ts';

const WAKE_MAX_MS = 100;
/** As many as one batch takes. More are planned in one go, and a buyer who comes meanwhile waits. */
const SWEEP_SIZE = BACKGROUND_MOVES_MAX;

export class Sweeper {
  readonly #engine: Engine;
  readonly #attempts: Attempts;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<number> | undefined;
  #stopped = true;

  constructor(engine: Engine, attempts: Attempts) {
    this.#engine = engine;
    this.#attempts = attempts;
  }

  start(): void {
    this.#stopped = false;
    this.#wait();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#sweeping?.catch(() => 0);
  }

  /** Frees everything that is due now; returns how many documents fell due. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  async #sweepAll(): Promise<number> {
    let swept = 0;
    while (true) {
      const due = await this.#engine.due(SWEEP_SIZE);
      if (due.length === 0) return swept;
      const settled = await this.#attempts.settle(due);
      swept += settled;
      // Others settled them first, or the clock stands: look again on the next waking.
      if (settled === 0) return swept;
    }
  }

  #wait(swept = 0): void {
    if (this.#stopped) return;
    // What stands in the past without falling due (expiry is stopped, or held after a time down)
    // must not make this spin.
    const nextMs = this.#engine.nextDeadlineMs();
    const waitMs = nextMs === undefined ? WAKE_MAX_MS : nextMs - this.#engine.clock().nowMs;
    const idle = swept === 0 && waitMs <= 0;
    this.#timer = setTimeout(
      () => {
        this.sweep().then(
          (count) => this.#wait(count),
          () => this.#wait(),
        );
      },
      idle ? WAKE_MAX_MS : Math.max(1, Math.min(WAKE_MAX_MS, waitMs)),
    );
  }
}
