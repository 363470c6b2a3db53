// The part of the client that is about flash sales: setting them up, opening and closing them, buying in them.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
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
  checkout({ sale, ...body }: requests.SaleCheckoutRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Order>('POST', `${salePath(sale)}/checkout`, body, options);
  }

  sale(name: string, options: CallOptions = {}): Promise<Answer<replies.Sale>> {
    return this.#caller.read(salePath(name), options);
  }

  sales(options: CallOptions = {}) {
    return this.#caller.read<{ sales: replies.Sale[] }>('/v1/sales', options);
  }
}

function salePath(name: string): string {
  return `/v1/sales/${encodeURIComponent(name)}`;
}
