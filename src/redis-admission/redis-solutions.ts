// Which solutions of challenges were used, for several servers, and for one that starts again. While Redis is away it
// cannot be told, and nobody who has to solve one gets through.

import type { SolutionUse, UsedSolutions } from '../admission/challenge/solution-use.ts';
import type { Send } from '../engines/redis/connection.ts';

export interface RedisSolutionsOptions {
  send: Send;
  /** Stands before every key. */
  prefix: string;
}

export class RedisSolutions implements UsedSolutions {
  readonly #send: Send;
  readonly #prefix: string;

  constructor({ send, prefix }: RedisSolutionsOptions) {
    this.#send = send;
    this.#prefix = prefix;
  }

  async usedBy({ id }: Pick<SolutionUse, 'id'>): Promise<string | undefined> {
    const by = await this.#send('GET', this.#keyOf(id));
    return by === null ? undefined : String(by);
  }

  async use({ id, by, untilMs, nowMs }: SolutionUse): Promise<'used' | undefined> {
    const leftMs = Math.max(1, Math.ceil(untilMs - nowMs));
    const before = await this.#send('SET', this.#keyOf(id), by, 'NX', 'GET', 'PX', String(leftMs));
    return before === null || String(before) === by ? undefined : 'used';
  }

  #keyOf(id: string): string {
    return `${this.#prefix}:solution:${id}`;
  }
}
