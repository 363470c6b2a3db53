// How far the journal is durable, and who waits for that: answers of batches under way, in order, and
// readers of what they wrote. Decides nothing; after a failure everybody is told.

import type { HoldfastError } from '../../errors.ts';
import type { Entry, Outcome } from '../contract.ts';

/** Decided and being written. */
export interface InFlight {
  /** The position that must be durable before its answers are given. */
  last: number;
  outcomes: Outcome[];
  entries: Entry[];
  resolve(outcomes: Outcome[]): void;
  reject(error: unknown): void;
}

interface Waiter {
  position: number;
  resolve(): void;
  reject(error: unknown): void;
}

export class Durability {
  position: number;
  failure: HoldfastError | undefined;
  /** Oldest first. */
  readonly #inFlight: InFlight[] = [];
  #waiters: Waiter[] = [];

  constructor(position: number) {
    this.position = position;
  }

  /** Answers a batch when it is durable; at once when it wrote nothing that is not. */
  answer(batch: InFlight): void {
    if (batch.last <= this.position) batch.resolve(batch.outcomes);
    else this.#inFlight.push(batch);
  }

  /** An entry that is decided and not yet durable. */
  entry(position: number): Entry | undefined {
    for (const { last, entries } of this.#inFlight) {
      if (position <= last) return entries[position - last + entries.length - 1];
    }
    return undefined;
  }

  /** Resolves when a position is durable. */
  wait(position: number): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (position <= this.position) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ position, resolve, reject });
    });
  }

  /** The journal is durable up to a position; `written` gets each batch that became so. */
  reached(position: number, written: (entries: readonly Entry[]) => void): void {
    this.position = position;
    while (this.#inFlight.length > 0 && this.#inFlight[0]!.last <= position) {
      const { entries, outcomes, resolve } = this.#inFlight.shift()!;
      resolve(outcomes);
      if (entries.length > 0) written(entries);
    }
    const waiting = this.#waiters;
    if (waiting.length === 0) return;
    this.#waiters = waiting.filter((waiter) => waiter.position > position);
    for (const waiter of waiting) if (waiter.position <= position) waiter.resolve();
  }

  /** Nothing more will be written; the first reason stays. */
  fail(error: HoldfastError): void {
    this.failure ??= error;
    for (const { reject } of this.#inFlight.splice(0)) reject(this.failure);
    for (const { reject } of this.#waiters.splice(0)) reject(this.failure);
  }
}
