// The part of the client that is about who may try to buy in sales: who is denied, who is odd.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class DoorCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Denies an address, a prefix of such, an account or a device all sales, at once. */
  deny({ kind, value, ...body }: requests.DenialRequest, options: CommandOptions = {}) {
    const path = denialPath({ kind, value });
    return this.#caller.command<replies.Denial>('PUT', path, body, options);
  }

  /** Lets them buy again. */
  allow(who: requests.DeniedRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Denial>('DELETE', denialPath(who), {}, options);
  }

  denial(who: requests.DeniedRequest, options: CallOptions = {}): Promise<Answer<replies.Denial>> {
    return this.#caller.read(denialPath(who), options);
  }

  denials(options: CallOptions = {}) {
    return this.#caller.read<{ denials: replies.Denial[] }>('/v1/deny-list', options);
  }

  /** The oddest of those who tried to buy within the last minute. */
  anomalies(options: CallOptions = {}) {
    return this.#caller.read<{ anomalies: replies.Anomaly[] }>('/v1/anomalies', options);
  }
}

function denialPath({ kind, value }: requests.DeniedRequest): string {
  return `/v1/deny-list/${kind}/${encodeURIComponent(value)}`;
}
