// Turns what a method was called with into what is sent: a read, a command with its key, a command
// that may share a request. The JSON of a command is made here, once, however often it is sent.

import { type Answer, type Refusal, refuseHere } from './answer.ts';
import { type BatchOp, itemTail } from './batch-format.ts';
import type { Dispatch } from './dispatch.ts';
import type { HttpRequest } from './exchange.ts';
import { isKey, KEY_EXPECTED, newKey } from './idempotency-key.ts';
import type { BuyerOptions, CallOptions, MatchOptions } from './options.ts';

export interface SharedVerb {
  op: BatchOp;
  /** Missing where the verb makes one. */
  reservation?: string;
}

export class Caller {
  readonly #dispatch: Dispatch;

  constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch;
  }

  read<T>(path: string, options: CallOptions & BuyerOptions): Promise<Answer<T>> {
    const { buyerAddress, device } = options;
    return this.#dispatch.send({ method: 'GET', path, buyerAddress, device }, options);
  }

  command<T>(
    method: HttpRequest['method'],
    path: string,
    body: object,
    options: MatchOptions & BuyerOptions,
  ): Promise<Answer<T>> {
    const { key = newKey(), ifMatch, buyerAddress, device } = options;
    if (!isKey(key)) return noKey();
    const text = JSON.stringify(body);
    const ask = { method, path, body: text, key, ifMatch, buyerAddress, device };
    return this.#dispatch.send(ask, options);
  }

  /** A command that may share a request with others; one with a condition has its own. */
  shared<T>(verb: SharedVerb, body: object, options: MatchOptions): Promise<Answer<T>> {
    const { op, reservation } = verb;
    const path =
      reservation === undefined
        ? '/v1/reservations'
        : `/v1/reservations/${encodeURIComponent(reservation)}/${op}`;
    if (options.ifMatch !== undefined) return this.command('POST', path, body, options);
    const { key: given } = options;
    if (given !== undefined && !isKey(given)) return noKey();
    const key = given ?? newKey();
    const text = JSON.stringify(body);
    const tail = itemTail({ op, key, reservation });
    return this.#dispatch.send({ method: 'POST', path, body: text, key, itemTail: tail }, options);
  }
}

function noKey(): Promise<Refusal> {
  return Promise.resolve(refuseHere('key', KEY_EXPECTED));
}
