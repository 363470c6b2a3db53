// The part of the client that is about returns: from the request to the last verdict.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class ReturnCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Units are to come back: those named, or all that the sale still has. */
  request(body: requests.RequestReturnRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Return>('POST', '/v1/returns', body, options);
  }

  /** An order could not be delivered: it comes back by itself. */
  undelivered(request: requests.UndeliveredRequest, options: CommandOptions = {}) {
    const { order, ...body } = request;
    const path = `/v1/orders/${encodeURIComponent(order)}/carrier`;
    return this.#caller.command<replies.Return>('POST', path, body, options);
  }

  /** What the carrier tells of it. */
  carrier(request: requests.ReturnCarrierRequest, options: CommandOptions = {}) {
    return this.#verb('carrier', request, options);
  }

  receive(request: requests.ReceiveReturnRequest, options: CommandOptions = {}) {
    return this.#verb('receive', request, options);
  }

  /** A verdict on each unit; what is sellable is on sale with it. */
  inspect(request: requests.InspectReturnRequest, options: CommandOptions = {}) {
    return this.#verb('inspect', request, options);
  }

  close(request: requests.CloseReturnRequest, options: CommandOptions = {}) {
    return this.#verb('close', request, options);
  }

  cancel(request: requests.CancelReturnRequest, options: CommandOptions = {}) {
    return this.#verb('cancel', request, options);
  }

  return(id: string, options: CallOptions = {}): Promise<Answer<replies.Return>> {
    return this.#caller.read(returnPath(id), options);
  }

  page(query: requests.ReturnQuery = {}, options: CallOptions = {}) {
    return this.#caller.read<replies.ReturnPage>(`/v1/returns${queryOf({ ...query })}`, options);
  }

  /** Units leave quarantine: on sale, or written off. */
  unquarantine({ pool, ...body }: requests.UnquarantineRequest, options: CommandOptions = {}) {
    const path = `/v1/pools/${encodeURIComponent(pool)}/unquarantine`;
    return this.#caller.command<replies.Moved>('POST', path, body, options);
  }

  /** What happened in a warehouse, each event once by its id. */
  warehouse(events: readonly object[], options: CommandOptions = {}) {
    const path = '/v1/warehouse/events';
    return this.#caller.command<replies.WarehouseResults>('POST', path, { events }, options);
  }

  #verb(verb: string, request: { return: string }, options: CommandOptions) {
    const { return: id, ...body } = request;
    return this.#caller.command<replies.Return>('POST', `${returnPath(id)}/${verb}`, body, options);
  }
}

function returnPath(id: string): string {
  return `/v1/returns/${encodeURIComponent(id)}`;
}
