// Where a long line stands, told by a few of its ranks: the first 200 places one by one, then ever further apart, so
// that how many stand before a rank is known within half a percent. A line of 100,000 takes 1,600 numbers, for which
// Redis works some 15 ms (two slow cores, busy with other things).

import { firstNotBefore } from './first-not-before.ts';
import type { Line } from './rooms.ts';

const EXACT = 200;

/** How many stand before each rank that is told. The room's script walks the same way. */
export function* landmarks(waiting: number): Generator<number> {
  for (let at = 0; at < waiting; at += at < EXACT ? 1 : Math.floor(at / EXACT)) yield at;
}

export class LandmarkLine implements Line {
  readonly waiting: number;
  readonly #ranks: readonly number[];
  readonly #places: readonly number[];
  /** The last rank that was ever let in. */
  readonly #admittedTo: number;

  constructor(told: { waiting: number; ranks: readonly number[]; admittedTo: number }) {
    this.waiting = told.waiting;
    this.#ranks = told.ranks;
    this.#places = [...landmarks(told.waiting)];
    this.#admittedTo = told.admittedTo;
  }

  aheadOf(rank: number): number | undefined {
    const ranks = this.#ranks;
    if (ranks.length === 0 || rank < ranks[0]! || rank <= this.#admittedTo) return undefined;
    const behind = firstNotBefore(ranks.length, (index) => ranks[index]! <= rank);
    return this.#places[behind - 1]!;
  }
}
