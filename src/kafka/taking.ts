// Has events taken, in order: a batch at once, or one by one around what is refused. What is refused again
// and again goes to the dead letters; what fails is tried until it works, and everything behind it waits.

import { setTimeout as delay } from 'node:timers/promises';
import type { DeadLetters } from './dead-letters.ts';
import type { ShopEvent } from './shop-event.ts';
import type { TopicMessage } from './topic-fetcher.ts';

/** Nothing of the batch was taken: this one is refused. Alone it is tried again. */
export interface RefusedEvent {
  ok: false;
  /** Its `id`. */
  event: string;
  reason: string;
}

export type Taken = { ok: true } | RefusedEvent;

/**
 * Takes all of them, or none. What it throws says that it cannot now (a database is away): they come again,
 * without end. The same event may come twice.
 */
export type TakeEvents = (events: readonly ShopEvent[]) => Promise<Taken>;

export interface Arrived {
  message: TopicMessage;
  event: ShopEvent;
}

/** What a group came to here, however often it joined. */
export interface TakingCounts {
  taken: number;
  repeated: number;
  dead: number;
}

export interface TakingParts {
  take: TakeEvents;
  counts: TakingCounts;
  deadLetters: DeadLetters;
  /** How often an event is refused before it is put aside. */
  attemptsMax: number;
  /** Before the next attempt, of so many. */
  retryAfterMs: (attempt: number) => number;
  onError: (error: unknown) => void;
}

/** It was told to stop: nothing is known of what it had in hand. */
export class Stopped extends Error {}

export class Taking {
  readonly #parts: TakingParts;
  readonly #signal: AbortSignal;

  constructor(parts: TakingParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  repeated(): void {
    this.#parts.counts.repeated += 1;
  }

  /** Resolves once each of them is taken or put aside. @throws Stopped */
  async all(arrived: readonly Arrived[]): Promise<void> {
    let left = arrived;
    while (left.length > 0) {
      const refused = await this.#try(left);
      if (refused === undefined) return;
      const found = left.findIndex(({ event }) => event.id === refused.event);
      const at = Math.max(found, 0);
      await this.all(left.slice(0, at));
      await this.#insist(left[at]!, refused.reason);
      left = left.slice(at + 1);
    }
  }

  /** No event at all: nothing can be done with it. */
  async unreadable(message: TopicMessage): Promise<void> {
    await this.#bury(message, { reason: 'not-an-event', attempts: 0 });
  }

  async #insist(one: Arrived, first: string): Promise<void> {
    let reason = first;
    for (let attempt = 1; attempt < this.#parts.attemptsMax; attempt += 1) {
      await this.#rest(this.#parts.retryAfterMs(attempt));
      const refused = await this.#try([one]);
      if (refused === undefined) return;
      reason = refused.reason;
    }
    await this.#bury(one.message, { reason, attempts: this.#parts.attemptsMax });
  }

  /** What of them is refused, as soon as they can be taken at all. */
  #try(arrived: readonly Arrived[]): Promise<RefusedEvent | undefined> {
    return this.#untilItWorks(async () => {
      const taken = await this.#parts.take(arrived.map(({ event }) => event));
      if (!taken.ok) return taken;
      this.#parts.counts.taken += arrived.length;
      return undefined;
    });
  }

  async #bury(message: TopicMessage, why: { reason: string; attempts: number }): Promise<void> {
    await this.#untilItWorks(() => this.#parts.deadLetters.write(message, why));
    this.#parts.counts.dead += 1;
  }

  async #untilItWorks<T>(act: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#signal.aborted) throw new Stopped();
      try {
        return await act();
      } catch (error) {
        this.#parts.onError(error);
        await this.#rest(this.#parts.retryAfterMs(attempt));
      }
    }
  }

  async #rest(forMs: number): Promise<void> {
    await delay(forMs, undefined, { signal: this.#signal }).catch(() => {
      throw new Stopped();
    });
  }
}
