// Brings callbacks to the shop: signed, again with growing pauses until somebody takes them, and with the
// faults that are switched on. What it has not been told is delivered it sends again after a restart.

import type { CallbackQueue, QueuedCallback } from './callback-queue.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { forgeryOf } from './forgery.ts';
import { type Letter, signed } from './letter.ts';

export interface CourierParts {
  queue: CallbackQueue;
  chance: Chance;
  faults: () => Faults;
  secret: string;
  /** For how long one is tried that nobody takes. */
  retryForMs: number;
  now: () => number;
}

/** On their way at once. */
const IN_FLIGHT_MAX = 16;
const ANSWER_MAX_MS = 5_000;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 30_000;

export class Courier {
  readonly #parts: CourierParts;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #woken = false;

  constructor(parts: CourierParts) {
    this.#parts = parts;
    parts.queue.onAdded = () => this.wake();
    this.wake();
  }

  /** Looks what is due, once the deed at hand is committed. */
  wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    setImmediate(() => {
      this.#woken = false;
      this.#sendDue();
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await Promise.all(this.#busy.values());
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #sendDue(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const { queue, now } = this.#parts;
    // One look at the clock: what fell due between two would be neither sent nor waited for.
    const nowMs = now();
    const free = IN_FLIGHT_MAX - this.#busy.size;
    for (const callback of free > 0 ? queue.due(nowMs, new Set(this.#busy.keys()), free) : []) {
      const sent = this.#bring(callback).finally(() => {
        this.#busy.delete(callback.payment);
        this.wake();
      });
      this.#busy.set(callback.payment, sent);
    }
    const nextMs = queue.nextDueMs();
    // What is due and still here waits for one that is under way, and that one wakes us.
    if (nextMs === undefined || nextMs <= nowMs) return;
    this.#timer = setTimeout(() => this.#sendDue(), nextMs - nowMs);
  }

  async #bring(callback: QueuedCallback): Promise<void> {
    const { queue, chance, now, secret } = this.#parts;
    const faults = this.#parts.faults();
    const lot = [callback.id, callback.attempts] as const;
    if (chance.happens(faults.callbackLost, 'lost', ...lot)) {
      queue.end(callback, 'lost', now());
      return;
    }
    if (chance.happens(faults.callbackForged, 'forged', ...lot)) {
      await this.#post(forgeryOf(callback, { chance, secret, nowMs: now() }));
    }
    const wasTaken = await this.#post(signed(callback, secret, now()));
    if (wasTaken && chance.happens(faults.callbackDoubled, 'doubled', ...lot)) {
      await this.#post(signed(callback, secret, now()));
    }
    if (wasTaken) queue.end(callback, 'delivered', now());
    else if (!this.#stopped) this.#tryLater(callback);
  }

  #tryLater(callback: QueuedCallback): void {
    const { queue, chance, now, retryForMs } = this.#parts;
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** callback.attempts);
    const jitter = 0.5 + chance.fraction('pause', callback.id, callback.attempts) / 2;
    const dueMs = now() + Math.ceil(pauseMs * jitter);
    if (dueMs - callback.madeMs > retryForMs) queue.end(callback, 'givenUp', now());
    else queue.again(callback, dueMs);
  }

  /** Whether somebody took it: an answer of 2xx. */
  async #post({ url, headers, body }: Letter): Promise<boolean> {
    const limits = [this.#stopping.signal, AbortSignal.timeout(ANSWER_MAX_MS)];
    const signal = AbortSignal.any(limits);
    try {
      const reply = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await reply.body?.cancel();
      return reply.ok;
    } catch {
      return false;
    }
  }
}
