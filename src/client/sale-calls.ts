// The part of the client that is about flash sales: setting them up, opening and closing them, buying in them.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { BuyerOptions, CallOptions, CommandOptions } from './options.ts';
import { queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class SaleCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Drafts a sale; refused where there is one of that name. */
  create(body: requests.FlashSaleRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Sale>('POST', '/v1/sales', body, options);
  }

  /** Drafts a sale, or changes it; once it is armed its times and limits only. */
  put({ sale, ...body }: requests.FlashSaleRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Sale>('PUT', salePath(sale), body, options);
  }

  /** Sets its units apart: from now on only the sale sells them. */
  arm({ sale }: requests.FlashSaleVerbRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Sale>('POST', `${salePath(sale)}/arm`, {}, options);
  }

  open({ sale }: requests.FlashSaleVerbRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Sale>('POST', `${salePath(sale)}/open`, {}, options);
  }

  /** Nobody buys any more, and what is left goes home. */
  close({ sale }: requests.FlashSaleVerbRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Sale>('POST', `${salePath(sale)}/close`, {}, options);
  }

  /** Buys in it: an order at the sale's prices, counted under its limits. */
  checkout(
    { sale, ...body }: requests.SaleCheckoutRequest,
    options: CommandOptions & BuyerOptions = {},
  ) {
    return this.#caller.command<replies.Order>('POST', `${salePath(sale)}/checkout`, body, options);
  }

  /** Takes a buyer's place in its waiting room: the same one, however often it is asked. */
  join({ sale, ...body }: requests.JoinRoomRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Place>('POST', `${salePath(sale)}/places`, body, options);
  }

  /** Shows a place: a sign of life, answered with how it stands. */
  place({ sale, ...body }: requests.PlaceRequest, options: CommandOptions = {}) {
    const path = `${salePath(sale)}/places/heartbeat`;
    return this.#caller.command<replies.Place>('POST', path, body, options);
  }

  /** Gives a place up. */
  leave({ sale, ...body }: requests.PlaceRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.PlaceLeft>(
      'POST',
      `${salePath(sale)}/places/leave`,
      body,
      options,
    );
  }

  /** What a buyer has to solve before a checkout, where the sale asks for it: as the page of its kind needs it. */
  challenge(sale: string, buyer?: string, options: CallOptions & BuyerOptions = {}) {
    const query = queryOf(buyer === undefined ? {} : { buyer });
    const path = `${salePath(sale)}/challenge${query}`;
    return this.#caller.read<Record<string, unknown>>(path, options);
  }

  sale(name: string, options: CallOptions = {}): Promise<Answer<replies.Sale>> {
    return this.#caller.read(salePath(name), options);
  }

  /** As anybody may see it, without a key. */
  page(name: string, options: CallOptions = {}) {
    const path = `/sales/${encodeURIComponent(name)}/page.json`;
    return this.#caller.read<replies.PublicSale>(path, options);
  }

  sales(options: CallOptions = {}) {
    return this.#caller.read<{ sales: replies.Sale[] }>('/v1/sales', options);
  }
}

function salePath(name: string): string {
  return `/v1/sales/${encodeURIComponent(name)}`;
}
