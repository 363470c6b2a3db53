// Forms batches: while one is being written the next gathers, in lanes, capped by moves. Every
// caller gets its own answer; a transaction that cannot be carried at all fails alone. Must not look
// into transactions beyond counting their moves.

import { HoldfastError } from '../errors.ts';
import { SYSTEM_TIME } from './clock.ts';
import type { Answered, Engine, Outcome, Transaction } from './contract.ts';
import { WaitingTime } from './waiting-time.ts';

/** In the order in which they are served: what frees or settles units goes before what takes them. */
export type Lane = 'finish' | 'reserve' | 'background';

const SHED_LANES = ['finish', 'reserve'] as const;

/** Moves in one batch. More make the batch longer to write than it saves in commits. */
export const BATCH_MOVES_MAX = 1_000;

/**
 * Of these, background work. Also when nobody else waits: who comes next waits for the whole batch,
 * and a store that expires 40,000 reservations a second does so in batches of 64 as well.
 */
export const BACKGROUND_MOVES_MAX = 64;

/** Fewer are not shared out: each batch costs a synced write. */
const SHARED_MOVES_MIN = 128;

/** Timers do not tell less. */
const REST_MIN_MS = 1;

export interface Pending {
  transaction: Transaction;
  done(outcome: Outcome): void;
  failed(error: unknown): void;
}

export class Batcher {
  readonly #engine: Engine;
  readonly #lanes: Record<Lane, Queue> = {
    finish: new Queue(),
    reserve: new Queue(),
    background: new Queue(),
  };
  readonly #waits = { finish: new WaitingTime(), reserve: new WaitingTime() };
  readonly #monotonicMs: () => number;
  #inFlight = 0;
  /** Answers that come after their batch's. */
  #late = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(engine: Engine, monotonicMs = SYSTEM_TIME.monotonicMs) {
    this.#engine = engine;
    this.#monotonicMs = monotonicMs;
  }

  /** How many transactions wait. */
  get waiting(): number {
    const { finish, reserve, background } = this.#lanes;
    return finish.size + reserve.size + background.size;
  }

  /** How long the oldest of a lane had waited when the last batch was formed. */
  waitedMs(lane: 'finish' | 'reserve'): number {
    return this.#waits[lane].oldestMs;
  }

  submit(lane: Lane, pending: Pending): void {
    this.#lanes[lane].push(pending);
    this.#schedule();
  }

  /** Puts transactions before all others of their lane, in their order. */
  submitFirst(lane: Lane, group: readonly Pending[]): void {
    this.#lanes[lane].putFirst(group);
    this.#schedule();
  }

  /** Resolves when nothing waits and nothing is under way, late answers included. */
  async idle(): Promise<void> {
    if (this.#isIdle) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#inFlight === 0 && this.#late === 0 && this.waiting === 0;
  }

  #tellIdle(): void {
    if (this.#isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { restMs = 0 } = this.#engine;
    // All that arrives in this turn of the event loop goes into one batch.
    if (restMs < REST_MIN_MS) setImmediate(this.#fill);
    else setTimeout(this.#fill, restMs);
  }

  readonly #fill = (): void => {
    this.#scheduled = false;
    while (this.#inFlight < this.#engine.commitsInFlightMax && this.waiting > 0) {
      void this.#carry(this.#take());
    }
    for (const lane of SHED_LANES) this.#waits[lane].look(this.#lanes[lane], this.#monotonicMs);
    this.#tellIdle();
  };

  /**
   * Background work has its small share and no more, and one is always taken. Nothing that takes
   * units overtakes what settles them.
   */
  #take(): Pending[] {
    const { finish, reserve, background } = this.#lanes;
    const batch: Pending[] = [];
    const unused = background.take(batch, BACKGROUND_MOVES_MAX);
    const left = finish.take(batch, this.#movesMax() - BACKGROUND_MOVES_MAX + unused);
    if (finish.size === 0) reserve.take(batch, left);
    return batch;
  }

  /**
   * What waits is shared out over the commits that may be under way, so that one is decided while
   * another is written. In one batch, whose callers all come again together, the decider stood idle
   * for a fifth of the time.
   */
  #movesMax(): number {
    const commits = this.#engine.commitsInFlightMax - this.#inFlight;
    if (commits === 1) return BATCH_MOVES_MAX;
    const share = Math.ceil(this.waiting / commits);
    return Math.min(BATCH_MOVES_MAX, Math.max(SHARED_MOVES_MIN, share));
  }

  async #carry(batch: readonly Pending[]): Promise<void> {
    this.#inFlight += 1;
    try {
      await this.#commit(batch);
    } finally {
      this.#inFlight -= 1;
      if (this.waiting > 0) this.#schedule();
      else this.#tellIdle();
    }
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    let answers: Answered[];
    try {
      answers = await this.#engine.commit(batch.map(({ transaction }) => transaction));
    } catch (error) {
      // A store that failed fails all; anything else is the fault of one, and stands alone in the end.
      if (batch.length === 1 || error instanceof HoldfastError) {
        for (const pending of batch) pending.failed(error);
        return;
      }
      const middle = batch.length >> 1;
      await this.#commit(batch.slice(0, middle));
      await this.#commit(batch.slice(middle));
      return;
    }
    for (let index = 0; index < batch.length; index += 1) {
      const answered = answers[index]!;
      if (answered instanceof Promise) void this.#handLater(batch[index]!, answered);
      else batch[index]!.done(answered);
    }
  }

  /** Its batch's place is free already: it waits for what another server holds. */
  async #handLater(pending: Pending, late: Promise<Outcome>): Promise<void> {
    this.#late += 1;
    try {
      await late.then(
        (outcome) => pending.done(outcome),
        (error) => pending.failed(error),
      );
    } finally {
      this.#late -= 1;
      this.#tellIdle();
    }
  }
}

/** First in, first out, without moving what is behind. */
class Queue {
  #items: (Pending | undefined)[] = [];
  #head = 0;
  /** How many were ever taken: the place of the first that waits. */
  #taken = 0;

  get first(): number {
    return this.#taken;
  }

  get next(): number {
    return this.#taken + this.size;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(pending: Pending): void {
    this.#items.push(pending);
  }

  putFirst(group: readonly Pending[]): void {
    this.#taken -= group.length;
    if (this.#head < group.length) {
      this.#items = [...group, ...this.#items.slice(this.#head)];
      this.#head = 0;
      return;
    }
    // The space of those that are gone is free.
    this.#head -= group.length;
    for (let index = 0; index < group.length; index += 1) {
      this.#items[this.#head + index] = group[index]!;
    }
  }

  /** Takes while `budget` moves last, the first one in any case; returns what is left of it. */
  take(batch: Pending[], budget: number): number {
    let left = budget;
    let first = true;
    while (this.size > 0 && left > 0) {
      const pending = this.#items[this.#head]!;
      const moves = Math.max(1, pending.transaction.moves?.length ?? 1);
      if (moves > left && !first) break;
      first = false;
      batch.push(pending);
      // What was taken must not be kept: 4,096 answered requests were copied by young collections.
      this.#items[this.#head] = undefined;
      this.#head += 1;
      this.#taken += 1;
      left -= moves;
    }
    if (this.#head > 4_096 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return Math.max(0, left);
  }
}
