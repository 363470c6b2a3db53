// Batches, each attempted until it is decided. What could not be known before it was decided is learned
// from the attempt, and what has changed meanwhile is read again. Whoever needs what a foreign session
// keeps locked is decided later, and nobody else waits for him.

import { setTimeout } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import type { Answered, Outcome, Transaction } from '../contract.ts';
import type { Asked } from './attempt.ts';
import type { Committed, Undone } from './decision.ts';
import { isLockTimeout, isTriedAgain } from './failures.ts';
import { LOCKLESS_ATTEMPTS_MAX, type Locking } from './locking.ts';
import type { LockMode } from './locks.ts';
import { type LockName, StuckLocks, type WatchedPlace } from './stuck-locks.ts';
import { type Missed, type Touched, touchedBy } from './touched.ts';

const ATTEMPTS_MAX = 20;
const BACK_OFF_MS = 5;
const BACK_OFF_MAX_MS = 200;

interface CommitsOptions {
  /** Attempts a batch once. */
  attempt(asked: Asked): Promise<Committed | Undone>;
  placeOf(lock: LockName): WatchedPlace;
  locking: Locking;
  /** How long those who need a lock that somebody keeps wait for it. */
  stuckMs: number;
  /** Called with what was committed. */
  committed(made: Committed): void;
  takeOver?: TakeOver;
  /** Where a failure may be about some of a batch alone. */
  apart?: DecidesApart;
}

/** Decides each as far as it can be, whatever becomes of the others. */
export interface DecidesApart {
  decide(batch: readonly Transaction[]): Promise<Outcome>[];
  /** The same after an attempt at all of them has failed. */
  after(error: unknown, batch: readonly Transaction[]): Promise<Outcome>[];
}

/**
 * Takes over some of a batch, by their places there, that turn out to need what is not here; undefined
 * where they do not.
 */
export type TakeOver = (
  batch: readonly Transaction[],
  places: readonly number[],
  missed: Missed,
) => Promise<Outcome>[] | undefined;

/** A batch, what its transactions are answered, and who takes over. */
interface Run {
  batch: readonly Transaction[];
  answers: Answered[];
  takeOver: TakeOver | undefined;
}

export class Commits {
  readonly #options: CommitsOptions;
  readonly #stuck: StuckLocks;

  constructor(options: CommitsOptions) {
    this.#options = options;
    this.#stuck = new StuckLocks({
      placeOf: options.placeOf,
      waitMaxMs: options.stuckMs,
      decide: async (batch) => options.apart?.decide(batch) ?? this.run(batch),
    });
  }

  /** @throws HoldfastError `unavailable`, `disk-full`, `contended` */
  async run(batch: readonly Transaction[], takeOver = this.#options.takeOver): Promise<Answered[]> {
    const answers: Answered[] = new Array(batch.length);
    const free: number[] = [];
    for (const [index, transaction] of batch.entries()) {
      const lock = this.#stuck.isEmpty ? undefined : this.#stuck.among(touchedBy([transaction]));
      if (lock === undefined) free.push(index);
      else answers[index] = this.#stuck.waitFor(lock, transaction);
    }
    try {
      await this.#decideAll({ batch, answers, takeOver }, free);
    } catch (error) {
      // Those who wait may still be decided: they are not told what became of the others.
      const isTold = error instanceof HoldfastError || this.#options.apart !== undefined;
      if (!isTold || answers.every((answer) => answer === undefined)) throw error;
      this.#fail(error, { batch, answers }, [...batch.keys()]);
    }
    return answers;
  }

  async #decideAll(run: Run, places: readonly number[]): Promise<void> {
    const { batch, answers, takeOver } = run;
    let left = places;
    let mode: LockMode = 'wait';
    let { locking } = this.#options;
    const missed: Missed = { owners: new Set(), documents: new Set() };
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (attempt > ATTEMPTS_MAX) {
        throw new HoldfastError('contended', `not decided in ${ATTEMPTS_MAX} attempts`);
      }
      if (attempt > LOCKLESS_ATTEMPTS_MAX) locking = 'pessimistic';
      const asked = { batch: left.map((place) => batch[place]!), missed, mode, locking };
      try {
        const made = await this.#options.attempt(asked);
        if (!('undone' in made)) {
          for (const [index, place] of left.entries()) answers[place] = made.outcomes[index]!;
          this.#options.committed(made);
          return;
        }
        if (made.undone === 'missed') {
          const promised = takeOver?.(batch, left, missed);
          if (promised === undefined) continue;
          for (const [index, place] of left.entries()) answers[place] = promised[index]!;
          return;
        }
        if (made.undone === 'skipped') {
          const free = this.#leave(made.skipped, run, left);
          if (free.length === left.length) {
            await this.#decideApart(made.skipped[0]!, run, left);
            return;
          }
          left = free;
          mode = 'wait';
        } else {
          // What needs exact values waits for them rather than guess again.
          if (made.exact) locking = 'pessimistic';
          else await setTimeout(pauseMs(attempt));
        }
      } catch (error) {
        if (isLockTimeout(error)) mode = 'skip';
        else if (!isTriedAgain(error)) throw error;
        else await setTimeout(pauseMs(attempt));
      }
    }
  }

  /**
   * Somebody needs what is locked, and it is not known who: units that go home to another pool, say.
   * Halves find it out.
   */
  async #decideApart(lock: LockName, run: Run, places: readonly number[]): Promise<void> {
    const { batch, answers } = run;
    if (places.length === 1) {
      answers[places[0]!] = this.#stuck.waitFor(lock, batch[places[0]!]!);
      return;
    }
    const half = places.length >> 1;
    for (const part of [places.slice(0, half), places.slice(half)]) {
      try {
        await this.#decideAll(run, part);
      } catch (error) {
        // The other half may be decided: each is told by itself.
        this.#fail(error, run, part);
      }
    }
  }

  /** What becomes of those that have no answer yet. */
  #fail(
    error: unknown,
    { batch, answers }: Pick<Run, 'batch' | 'answers'>,
    places: readonly number[],
  ): void {
    const open = places.filter((place) => answers[place] === undefined);
    const { apart } = this.#options;
    const told = apart?.after(
      error,
      open.map((place) => batch[place]!),
    );
    for (const [index, place] of open.entries()) answers[place] = told?.[index] ?? failed(error);
  }

  /** Those who need what is locked wait for it; returns the others. */
  #leave(
    skipped: readonly LockName[],
    { batch, answers }: Run,
    places: readonly number[],
  ): number[] {
    const free: number[] = [];
    for (const place of places) {
      const transaction = batch[place]!;
      const needs = touchedBy([transaction]);
      const lock = skipped.find((each) => isNeeded(each, needs));
      if (lock === undefined) free.push(place);
      else answers[place] = this.#stuck.waitFor(lock, transaction);
    }
    return free;
  }
}

/** Unheard, it would end the process. */
function failed(error: unknown): Promise<never> {
  const answer = Promise.reject(error);
  answer.catch(() => {});
  return answer;
}

/** Longer each time, and by chance, so that two that met do not meet again. */
function pauseMs(attempt: number): number {
  return Math.random() * Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** attempt);
}

function isNeeded({ table, id }: LockName, { owners, written, guarded }: Touched): boolean {
  if (table === 'owner') return owners.includes(id);
  return written.includes(id) || guarded.includes(id);
}
