// The part of the client that is about orders and their payments. Commands go out by themselves, one
// request each.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { overPages, queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class OrderCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Makes an order: its units are held in the same step, until it is paid or its time is over. */
  checkout(body: requests.OrderRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Order>('POST', '/v1/orders', body, options);
  }

  /** Its units go back at once; what was paid for it goes back after that. */
  cancel(request: requests.CancelOrderRequest, options: CommandOptions = {}) {
    return this.#verb('cancel', request, options);
  }

  /** Its money came in by another way than a payment. */
  paid(request: requests.PaidRequest, options: CommandOptions = {}) {
    return this.#verb('paid', request, options);
  }

  /** Its money went back by another way than a payment. */
  refunded(request: requests.FulfilRequest, options: CommandOptions = {}) {
    return this.#verb('refunded', request, options);
  }

  pack(request: requests.FulfilRequest, options: CommandOptions = {}) {
    return this.#verb('pack', request, options);
  }

  ship(request: requests.FulfilRequest, options: CommandOptions = {}) {
    return this.#verb('ship', request, options);
  }

  deliver(request: requests.FulfilRequest, options: CommandOptions = {}) {
    return this.#verb('deliver', request, options);
  }

  order(id: string, options: CallOptions = {}): Promise<Answer<replies.Order>> {
    return this.#caller.read(orderPath(id), options);
  }

  /** Orders that match, newest first, page by page as they are used up. */
  search(query: requests.OrderQuery = {}, options: CallOptions = {}) {
    return overPages(
      query,
      (asked) => this.page(asked, options),
      ({ orders, next }) => ({
        items: orders,
        next: next === undefined ? undefined : { ...query, cursor: next },
      }),
    );
  }

  page(query: requests.OrderQuery = {}, options: CallOptions = {}) {
    return this.#caller.read<replies.OrderPage>(`/v1/orders${queryOf({ ...query })}`, options);
  }

  /** Lays down how the orders of a channel run. */
  putPolicy({ channel, ...body }: requests.OrderPolicyRequest, options: CommandOptions = {}) {
    const path = `/v1/order-policies/${encodeURIComponent(channel)}`;
    return this.#caller.command<replies.OrderPolicy>('PUT', path, body, options);
  }

  policies(options: CallOptions = {}) {
    return this.#caller.read<{ policies: replies.OrderPolicy[] }>('/v1/order-policies', options);
  }

  // ── Payments ──────────────────────────────────────────────────────────────────────────────────

  /** Begins to pay; the answer says what the buyer must do. */
  pay({ order, ...body }: requests.PayRequest, options: CommandOptions = {}) {
    const path = `${orderPath(order)}/payments`;
    return this.#caller.command<replies.Payment>('POST', path, body, options);
  }

  payment(id: string, options: CallOptions = {}): Promise<Answer<replies.Payment>> {
    return this.#caller.read(paymentPath(id), options);
  }

  /** An order's payments, newest first. */
  payments(order: string, options: CallOptions = {}) {
    return this.#caller.read<{ payments: replies.Payment[] }>(
      `${orderPath(order)}/payments`,
      options,
    );
  }

  /** Has the provider asked now. */
  refreshPayment(id: string, options: CommandOptions = {}) {
    const path = `${paymentPath(id)}/refresh`;
    return this.#caller.command<replies.Payment>('POST', path, {}, options);
  }

  /** Ends a payment; the order may be paid another way. */
  cancelPayment(id: string, options: CommandOptions = {}) {
    const path = `${paymentPath(id)}/cancel`;
    return this.#caller.command<replies.Payment>('POST', path, {}, options);
  }

  #verb(verb: string, { order, ...body }: { order: string }, options: CommandOptions) {
    return this.#caller.command<replies.Order>(
      'POST',
      `${orderPath(order)}/${verb}`,
      body,
      options,
    );
  }
}

function orderPath(id: string): string {
  return `/v1/orders/${encodeURIComponent(id)}`;
}

function paymentPath(id: string): string {
  return `/v1/payments/${encodeURIComponent(id)}`;
}
