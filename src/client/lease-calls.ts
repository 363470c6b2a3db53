// The part of the client that is about leases: how a node takes a share of a pool, keeps it, reports
// what it sold, and gives it back. Commands go out by themselves, one request each.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { overPages, queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class LeaseCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Units of a pool go out to a node: all, or as many as there are, at least `quantityMin`. */
  open(body: requests.LeaseRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.LeaseMoved>('POST', '/v1/leases', body, options);
  }

  /** More units into the same lease. */
  topUp(request: requests.TopUpRequest, options: CommandOptions = {}) {
    return this.#verb<replies.LeaseMoved>('top-up', request, options);
  }

  /** Its end moves away. */
  renew(request: requests.RenewRequest, options: CommandOptions = {}) {
    return this.#verb<replies.LeaseMoved>('renew', request, options);
  }

  /** What the node sold becomes confirmed reservations, each on its own and each once, by its id. */
  record(request: requests.RecordRequest, options: CommandOptions = {}) {
    return this.#verb<replies.Recorded>('record', request, options);
  }

  /** Unsold units come back; without a quantity all, and the lease is closed. */
  giveBack(request: requests.GiveBackRequest, options: CommandOptions = {}) {
    return this.#verb<replies.LeaseMoved>('give-back', request, options);
  }

  /** The last of what was sold, and the rest back; the lease is closed. */
  settle(request: requests.SettleRequest, options: CommandOptions = {}) {
    return this.#verb<replies.LeaseMoved>('settle', request, options);
  }

  /** A person ends it: what nobody reported is written off, or sold again. */
  writeOff(request: requests.WriteOffRequest, options: CommandOptions = {}) {
    return this.#verb<replies.LeaseMoved>('write-off', request, options);
  }

  lease(id: string, options: CallOptions = {}): Promise<Answer<replies.Lease>> {
    return this.#caller.read(pathOf(id), options);
  }

  /** Leases that match, newest first, page by page as they are used up. */
  search(query: requests.LeaseQuery = {}, options: CallOptions = {}) {
    return overPages(
      query,
      (asked) => this.page(asked, options),
      ({ leases, next }) => ({
        items: leases,
        next: next === undefined ? undefined : { ...query, cursor: next },
      }),
    );
  }

  page(query: requests.LeaseQuery = {}, options: CallOptions = {}) {
    return this.#caller.read<replies.LeasePage>(`/v1/leases${queryOf({ ...query })}`, options);
  }

  #verb<T>(verb: string, { lease, ...body }: { lease: string }, options: CommandOptions) {
    return this.#caller.command<T>('POST', `${pathOf(lease)}/${verb}`, body, options);
  }
}

function pathOf(id: string): string {
  return `/v1/leases/${encodeURIComponent(id)}`;
}
