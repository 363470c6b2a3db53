// The part of the client that is about lines of waiting buyers.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { BuyerOptions, CallOptions, CommandOptions } from './options.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class WaitingCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Takes a place in the line of a pool. */
  join({ pool, ...body }: requests.WaitRequest, options: CommandOptions & BuyerOptions = {}) {
    return this.#caller.command<replies.Waiter>('POST', linePath(pool), body, options);
  }

  waiter(place: requests.PlaceInLine, options: CallOptions = {}): Promise<Answer<replies.Waiter>> {
    return this.#caller.read(placePath(place), options);
  }

  /** The first in line. */
  waiters(pool: string, options: CallOptions = {}) {
    return this.#caller.read<{ waiters: replies.Waiter[] }>(linePath(pool), options);
  }

  /** Makes an order of what was offered. */
  accept({ pool, waiter, ...body }: requests.AcceptOfferRequest, options: CommandOptions = {}) {
    const path = `${placePath({ pool, waiter })}/accept`;
    return this.#caller.command<replies.Order>('POST', path, body, options);
  }

  leave(place: requests.PlaceInLine, options: CommandOptions = {}) {
    return this.#caller.command<replies.Waiter>('DELETE', placePath(place), {}, options);
  }
}

function linePath(pool: string): string {
  return `/v1/pools/${encodeURIComponent(pool)}/waiters`;
}

function placePath({ pool, waiter }: requests.PlaceInLine): string {
  return `${linePath(pool)}/${encodeURIComponent(waiter)}`;
}
