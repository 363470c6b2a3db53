// Lets time pass only between commits. A commit of a database bears the time of its decision and is seen
// a little later; who looks in between at a later time sees what was before, and the one clock that an
// order of everything has cannot say that. Plans, reads and answers still race with time.

import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine, Transaction } from '../../src/engines/contract.ts';

export class StillTime {
  readonly #time: ManualTime;
  #commits = 0;
  #passing: Promise<void> = Promise.resolve();
  #idle = Promise.withResolvers<void>();

  constructor(time: ManualTime) {
    this.#time = time;
  }

  /** Once no commit is under way; those that come meanwhile wait. */
  passMs(ms: number): Promise<void> {
    this.#passing = this.#passing.then(async () => {
      while (this.#commits > 0) await this.#idle.promise;
      this.#time.passMs(ms);
    });
    return this.#passing;
  }

  /** The engine, its commits under watch. */
  watching(engine: Engine): Engine {
    const commit = (batch: readonly Transaction[]) => this.#commit(engine, batch);
    return new Proxy(engine, {
      get(target, name: keyof Engine) {
        if (name === 'commit') return commit;
        const found = Reflect.get(target, name, target);
        return typeof found === 'function' ? found.bind(target) : found;
      },
    });
  }

  async #commit(engine: Engine, batch: readonly Transaction[]) {
    let passing: Promise<void> | undefined;
    while (passing !== this.#passing) {
      passing = this.#passing;
      await passing;
    }
    this.#commits += 1;
    const over = () => {
      this.#commits -= 1;
      this.#idle.resolve();
      this.#idle = Promise.withResolvers();
    };
    try {
      const answers = await engine.commit(batch);
      // Some may be decided later than their batch.
      void Promise.allSettled(answers).then(over);
      return answers;
    } catch (error) {
      over();
      throw error;
    }
  }
}
