// Sends calls until each has an answer or its time is over. Calls of which several may share a
// request wait for the end of the turn and, while enough requests are under way, for one of them to
// come back; so a call alone goes out at once and a crowd goes out together. Nothing here knows what
// a call means; one that fails is sent again by itself and never holds up its neighbours.

import type { Answer } from './answer.ts';
import { Attempt } from './attempt.ts';
import { backoffMs } from './backoff.ts';
import { batchRequest, itemBytes, resultsOf } from './batch-format.ts';
import { type Ask, Call } from './call.ts';
import type { Exchange, Outcome } from './exchange.ts';
import type { BatchOptions, CallOptions, RetryOptions } from './options.ts';
import { Timer, type TimerWheel } from './timer-wheel.ts';
import { judge } from './verdict.ts';

export interface DispatchParts {
  exchange: Exchange;
  wheel: TimerWheel;
  timeoutMs: number;
  retry: Required<RetryOptions>;
  /** False: an attempt without an answer is the last. */
  retries: boolean;
  batch: Required<BatchOptions>;
  /** False: every call goes alone and at once. */
  batches: boolean;
  random: () => number;
}

export class Dispatch {
  readonly #parts: DispatchParts;
  /** Calls that may share a request, oldest first, from `#first` on. */
  #queue: Call[] = [];
  #first = 0;
  #underWay = 0;
  #planned = false;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  send<T>(
    ask: Ask,
    { timeoutMs = this.#parts.timeoutMs, signal }: CallOptions,
  ): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      const { wheel } = this.#parts;
      const call = new Call({ ask, wheel, signal, resolve, reject });
      if (call.settled) return;
      wheel.set(call, wheel.time.nowMs() + timeoutMs);
      this.#start(call);
    });
  }

  #start(call: Call): void {
    if (call.ask.itemTail === undefined || !this.#parts.batches) void this.#sendAlone(call);
    else {
      this.#queue.push(call);
      this.#plan();
    }
  }

  /** Once per turn: what is asked for in it goes together. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#sendQueued();
    });
  }

  #sendQueued(): void {
    while (this.#underWay < this.#parts.batch.underWayMax) {
      const calls = this.#nextCalls();
      if (calls.length === 0) return;
      this.#underWay += 1;
      const sent = calls.length === 1 ? this.#sendAlone(calls[0]!) : this.#sendTogether(calls);
      void sent.then(() => {
        this.#underWay -= 1;
        this.#plan();
      });
    }
  }

  /** As many as fit into one request, without those that were given up meanwhile. */
  #nextCalls(): Call[] {
    const { itemsMax, bytesMax } = this.#parts.batch;
    const calls: Call[] = [];
    let bytes = 0;
    while (this.#first < this.#queue.length && calls.length < itemsMax) {
      const call = this.#queue[this.#first]!;
      if (!call.settled) {
        if (calls.length > 0 && call.alone) break;
        bytes += itemBytes(call);
        if (calls.length > 0 && bytes > bytesMax) break;
        calls.push(call);
      }
      this.#first += 1;
      if (call.alone && calls.length > 0) break;
    }
    if (this.#first === this.#queue.length || this.#first > 10_000) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
    return calls;
  }

  async #sendAlone(call: Call): Promise<void> {
    const outcome = await this.#attempt([call], call.ask);
    if (call.take(judge(outcome))) this.#again([call], retryAfterOf(outcome));
  }

  async #sendTogether(calls: Call[]): Promise<void> {
    const outcome = await this.#attempt(calls, batchRequest(calls));
    const results = resultsOf(outcome, calls);
    if (results === undefined) {
      this.#takeForAll(calls, outcome);
      return;
    }
    const again: Call[] = [];
    let retryAfterMs = 0;
    for (const [index, call] of calls.entries()) {
      const result = results[index]!;
      if (!call.take(judge(result))) continue;
      again.push(call);
      retryAfterMs = Math.max(retryAfterMs, retryAfterOf(result));
    }
    this.#again(again, retryAfterMs);
  }

  /** The request as a whole came to nothing. */
  #takeForAll(calls: readonly Call[], outcome: Outcome): void {
    const verdict = judge(outcome);
    const forEach = verdict.is === 'passing' || FOR_EACH.has(outcome.status);
    if (forEach) {
      const again = calls.filter((call) => call.take(verdict));
      this.#again(again, retryAfterOf(outcome));
      return;
    }
    // One of them spoils the whole, or there is no such route: each is told apart by going alone.
    const mayHaveTakenEffect = outcome.status < 400 || outcome.status >= 500;
    for (const call of calls) {
      if (!call.take({ is: 'passing', mayHaveTakenEffect })) continue;
      call.alone = true;
      this.#start(call);
    }
  }

  #attempt(calls: readonly Call[], request: Parameters<Exchange>[0]): Promise<Outcome> {
    const { exchange, wheel, retry, retries } = this.#parts;
    // What is not sent again may take until its deadline.
    const timeMs = retries ? retry.attemptMs : undefined;
    return new Attempt(calls).run(request, { exchange, wheel, timeMs });
  }

  #again(calls: readonly Call[], retryAfterMs: number): void {
    if (calls.length === 0) return;
    const { wheel, retries, retry, random } = this.#parts;
    if (!retries) {
      for (const call of calls) call.end();
      return;
    }
    const attempts = Math.max(...calls.map((call) => call.attempts));
    const atMs = wheel.time.nowMs() + retryAfterMs + backoffMs(attempts, retry, random);
    for (const call of calls) call.endUnlessBefore(atMs);
    const waiting = calls.filter(({ settled }) => !settled);
    if (waiting.length === 0) return;
    const resend = () => {
      for (const call of waiting) if (!call.settled) this.#start(call);
    };
    wheel.set(new Resend(resend), atMs);
  }
}

/** Refusals of the whole request that are meant for each call in it. */
const FOR_EACH: ReadonlySet<number> = new Set([401, 403, 507]);

class Resend extends Timer {
  readonly #resend: () => void;

  constructor(resend: () => void) {
    super();
    this.#resend = resend;
  }

  override fire(): void {
    this.#resend();
  }
}

function retryAfterOf(outcome: Outcome): number {
  return ('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined) ?? 0;
}
