// How a buyer asks the servers of a sale: any that is there, again until it is answered, a command always under the
// same key. So what became of it is known, whoever died meanwhile.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ask, HttpClient, Reply } from '../http-client.ts';
import type { Random } from '../random.ts';
import type { SaleLog } from './sale-log.ts';

const AGAIN_AFTER_MS = 60;

export interface SaleLineParts {
  clients: () => readonly HttpClient[];
  log: SaleLog;
  random: Random;
  /** Nobody asks any more. */
  stop: AbortSignal;
}

export class SaleLine {
  readonly #its: SaleLineParts;

  constructor(its: SaleLineParts) {
    this.#its = its;
  }

  /** @throws when nobody answers any more */
  command(path: string, body: object, key: string = randomUUID()): Promise<Reply> {
    this.#its.log.counts.commands += 1;
    return this.ask({ method: 'POST', path, body, key });
  }

  async ask(ask: Ask): Promise<Reply> {
    const { clients, log, random, stop } = this.#its;
    for (;;) {
      stop.throwIfAborted();
      const there = clients();
      const reply =
        there.length === 0
          ? undefined
          : await random
              .pick(there)
              .exchange({ ...ask, signal: stop })
              .catch(() => undefined);
      const isOpen = reply === undefined || reply.status >= 500;
      if (!isOpen && reply.body.code !== 'request-in-flight') {
        if (reply.status >= 400) log.counts.refused += 1;
        return reply;
      }
      if (ask.key !== undefined) log.counts.unknown += 1;
      await delay(AGAIN_AFTER_MS, undefined, { signal: stop });
    }
  }
}
