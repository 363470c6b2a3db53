// The network between a node and its centre, which the test is master of: it carries at once, loses
// requests or replies, or holds everything back, to be delivered late, twice, or never. What it
// carries to and from are the real parts.

import { HoldfastError } from '../../src/errors.ts';
import type { Centre } from '../../src/quota/centre.ts';

export type Mode = 'open' | 'cut' | 'deaf' | 'slow';

interface Message {
  /** Carries the request to the centre, once more if it was carried before. */
  deliver(): Promise<void>;
  /** Brings the centre's last answer back, if there is one. */
  answer(): void;
  lose(): void;
}

export class BadNetwork {
  /** cut: requests are lost. deaf: replies are. slow: everything waits in `messages`. */
  mode: Mode = 'open';
  readonly messages: Message[] = [];

  /** The centre as the other end of it sees it. */
  over(centre: Centre): Centre {
    return {
      open: (...asked) => this.#send(() => centre.open(...asked)),
      topUp: (...asked) => this.#send(() => centre.topUp(...asked)),
      renew: (...asked) => this.#send(() => centre.renew(...asked)),
      giveBack: (...asked) => this.#send(() => centre.giveBack(...asked)),
      settle: (...asked) => this.#send(() => centre.settle(...asked)),
      record: (...asked) => this.#send(() => centre.record(...asked)),
      available: (...asked) => this.#send(() => centre.available(...asked)),
    };
  }

  async #send<T>(carry: () => Promise<T>): Promise<T> {
    if (this.mode === 'cut') throw lost();
    if (this.mode === 'slow') return this.#hold(carry);
    const answer = await carry();
    if (this.mode === 'deaf') throw lost();
    return answer;
  }

  #hold<T>(carry: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let last: { value: T } | undefined;
    this.messages.push({
      deliver: async () => {
        last = { value: await carry() };
      },
      answer: () => {
        if (last !== undefined) resolve(last.value);
      },
      lose: () => reject(lost()),
    });
    return promise;
  }
}

function lost(): HoldfastError {
  return new HoldfastError('unavailable', 'lost on the way');
}
