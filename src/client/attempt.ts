// One request under way with the calls that it carries: it ends with its reply, after its own time,
// or when none of them waits for it any more. Must not judge what came.

import type { Call, Carrier } from './call.ts';
import type { Exchange, HttpRequest, Outcome } from './exchange.ts';
import { Timer, type TimerWheel } from './timer-wheel.ts';

export class Attempt extends Timer implements Carrier {
  readonly #controller = new AbortController();
  #waiting: number;

  constructor(calls: readonly Call[]) {
    super();
    this.#waiting = calls.length;
    for (const call of calls) call.board(this);
  }

  async run(
    request: HttpRequest,
    {
      exchange,
      wheel,
      timeMs,
    }: { exchange: Exchange; wheel: TimerWheel; timeMs: number | undefined },
  ): Promise<Outcome> {
    if (timeMs !== undefined) wheel.set(this, wheel.time.nowMs() + timeMs);
    const outcome = await exchange(request, this.#controller.signal);
    wheel.clear(this);
    return outcome;
  }

  leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#controller.abort();
  }

  /** It takes too long: as good as cut. */
  override fire(): void {
    this.#controller.abort(new Error('the attempt took too long'));
  }
}
