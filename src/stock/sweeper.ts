// Tidies up what is due, in order of deadlines and at a pace that leaves the machine to buyers.
// Nobody waits for it: whoever asks for units that are due gets them freed on the way. It wakes at
// the next deadline, at the latest every 100 ms, because shorter holds may have come in meanwhile.

import { BACKGROUND_MOVES_MAX } from '../engines/batcher.ts';
import { SYSTEM_TIME } from '../engines/clock.ts';
import type { Document, Engine } from '../engines/contract.ts';
import type { Attempts } from './attempts.ts';

const WAKE_MAX_MS = 100;
/** As many as one batch takes. More are planned in one go, and a buyer who comes meanwhile waits. */
const SWEEP_SIZE = BACKGROUND_MOVES_MAX;
/** How much work for others it looks past. */
const LOOK_PAST_MAX = 64 * SWEEP_SIZE;
/**
 * A million in 33 s. At full speed, 60,000 a second, journal and tables kept both cores and the disk
 * busy: the p99 of 5,000 reserves a second meanwhile was 12 ms, and is 9 at this pace.
 */
const SWEPT_PER_MS_MAX = 30;
/** Whoever is behind by more goes at full speed: more falls due than the pace allows. */
const LATE_MS = 60_000;
/** A timer that fires late is made up for; a longer pause is not, nobody misses it. */
const MADE_UP_MS_MAX = 5;

export class Sweeper {
  readonly #engine: Engine;
  readonly #attempts: Attempts;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<number> | undefined;
  /** Ends a rest. */
  #goOn: () => void = () => {};
  /** Somebody waits for the sweep that is under way. */
  #awaited = false;
  #stopped = true;
  readonly #monotonicMs: () => number;

  constructor(engine: Engine, attempts: Attempts, monotonicMs = SYSTEM_TIME.monotonicMs) {
    this.#engine = engine;
    this.#attempts = attempts;
    this.#monotonicMs = monotonicMs;
  }

  start(): void {
    this.#stopped = false;
    this.#wait();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#goOn();
    await this.#sweeping?.catch(() => 0);
  }

  /** Frees everything that is due now, as fast as it can; returns how many documents fell due. */
  sweep(): Promise<number> {
    this.#awaited = true;
    this.#goOn();
    return this.#sweep();
  }

  #sweep(): Promise<number> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
      this.#awaited = false;
    });
    return this.#sweeping;
  }

  async #sweepAll(): Promise<number> {
    let swept = 0;
    let paceMs = this.#monotonicMs();
    while (true) {
      const due = await this.#dueHere();
      if (due.length === 0) return swept;
      const settled = await this.#attempts.settle(due);
      swept += settled;
      // Others settled them first, or the clock stands: look again on the next waking.
      if (settled === 0) return swept;
      const nowMs = this.#monotonicMs();
      paceMs = Math.max(paceMs + settled / SWEPT_PER_MS_MAX, nowMs - MADE_UP_MS_MAX);
      if (this.#awaited) continue;
      if (this.#stopped) return swept;
      if (isLate(due[0]!, this.#engine.clock().dueMs)) continue;
      if (paceMs - nowMs >= 1) await this.#restMs(paceMs - nowMs);
    }
  }

  /** What is due and not somebody else's to work on; that may stand before it for as long as it likes. */
  async #dueHere(): Promise<Document[]> {
    for (let limit = SWEEP_SIZE; ; limit *= 4) {
      const due = await this.#engine.due(limit);
      const here = due.filter((document) => this.#attempts.turns.takes(document));
      if (here.length > 0 || due.length < limit) return here.slice(0, SWEEP_SIZE);
      if (limit >= LOOK_PAST_MAX) return [];
    }
  }

  #restMs(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
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
        this.#sweep().then(
          (count) => this.#wait(count),
          () => this.#wait(),
        );
      },
      idle ? WAKE_MAX_MS : Math.max(1, Math.min(WAKE_MAX_MS, waitMs)),
    );
  }
}

function isLate({ deadlineMs = 0 }: Document, dueMs: number): boolean {
  return dueMs - deadlineMs > LATE_MS;
}
