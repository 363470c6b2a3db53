// One call on its way: what it asks, until when, and what is known so far. It is settled once, by an
// answer, by its deadline or by its caller, and says truthfully whether it may have taken effect.
// Must not send anything.

import type { Answer, Refusal } from './answer.ts';
import { type FailureCode, HoldfastClientError } from './client-error.ts';
import type { HttpRequest } from './exchange.ts';
import { Timer, type TimerWheel } from './timer-wheel.ts';
import type { Verdict } from './verdict.ts';

/** What a call sends, and how it looks as one item of a batch. */
export interface Ask extends HttpRequest {
  /** What its item has after the fields of its body; without it the call never shares a request. */
  itemTail?: string;
}

/** A request under way that carries calls. */
export interface Carrier {
  /** One of its calls no longer waits for it. */
  leave(): void;
}

export interface CallParts {
  ask: Ask;
  wheel: TimerWheel;
  signal: AbortSignal | undefined;
  resolve: (answer: Answer<never>) => void;
  reject: (error: HoldfastClientError) => void;
}

export class Call extends Timer {
  readonly ask: Ask;
  settled = false;
  /** Refused as part of a batch that was refused whole: from now on it goes by itself. */
  alone = false;
  attempts = 0;
  readonly #parts: CallParts;
  readonly #abort: (() => void) | undefined;
  #carrier: Carrier | undefined;
  #mayHaveTakenEffect = false;
  #refusal: Refusal | undefined;
  #cause: unknown;

  constructor(parts: CallParts) {
    super();
    this.#parts = parts;
    this.ask = parts.ask;
    const { signal } = parts;
    if (signal === undefined) return;
    this.#abort = () => this.#leave('aborted', signal.reason);
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort);
  }

  board(carrier: Carrier): void {
    this.#carrier = carrier;
    this.attempts += 1;
  }

  /** The attempt has ended. True: it should be sent again. */
  take(verdict: Verdict): boolean {
    if (this.settled) return false;
    this.#carrier = undefined;
    if (verdict.is === 'answered') {
      this.#settle();
      this.#parts.resolve(verdict.answer as Answer<never>);
      return false;
    }
    if (verdict.is === 'unexpected') {
      this.#note(true);
      this.#fail('unexpected-reply');
      return false;
    }
    this.#note(verdict.mayHaveTakenEffect);
    this.#refusal = verdict.refusal;
    this.#cause = verdict.cause;
    return true;
  }

  /** Ends it now if it could only be sent again when its time is over, and nothing is open. */
  endUnlessBefore(atMs: number): void {
    if (atMs >= this.atMs && !this.#mayHaveTakenEffect) this.end();
  }

  /** It is not sent again: with what the server said last, or not knowing what became of it. */
  end(): void {
    if (this.settled) return;
    if (this.#mayHaveTakenEffect || this.#carrier !== undefined) {
      this.#leave(this.ask.key === undefined ? 'unreachable' : 'outcome-unknown', this.#cause);
    } else if (this.#refusal !== undefined) {
      this.#settle();
      this.#parts.resolve(this.#refusal);
    } else this.#leave('unreachable', this.#cause);
  }

  /** Its deadline has come. */
  override fire(): void {
    this.end();
  }

  #note(mayHaveTakenEffect: boolean): void {
    if (mayHaveTakenEffect && this.ask.key !== undefined) this.#mayHaveTakenEffect = true;
  }

  #leave(code: FailureCode, cause: unknown): void {
    if (this.settled) return;
    const carrier = this.#carrier;
    this.#note(carrier !== undefined);
    this.#cause = cause;
    this.#fail(code);
    carrier?.leave();
  }

  #fail(code: FailureCode): void {
    this.#settle();
    const error = new HoldfastClientError(code, {
      key: this.ask.key,
      attempts: this.attempts,
      mayHaveTakenEffect: this.#mayHaveTakenEffect,
      refusal: this.#refusal,
      cause: this.#cause,
    });
    this.#parts.reject(error);
  }

  #settle(): void {
    this.settled = true;
    this.#parts.wheel.clear(this);
    if (this.#abort !== undefined) this.#parts.signal?.removeEventListener('abort', this.#abort);
  }
}
