// Who waits for what becomes of a thing, each until a time of its own. Has no timers: somebody ticks.

interface Waiter<T> {
  untilMs: number;
  resolve: (value: T) => void;
}

export class Waiters<T> {
  readonly #monotonicMs: () => number;
  readonly #waiting = new Map<string, Waiter<T>[]>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  wait(name: string, forMs: number): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const waiter = { untilMs: this.#monotonicMs() + forMs, resolve };
    this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), waiter]);
    return promise;
  }

  settle(name: string, value: T): void {
    for (const { resolve } of this.#waiting.get(name) ?? []) resolve(value);
    this.#waiting.delete(name);
  }

  /** Those whose time is over get this. */
  expire(value: () => T): void {
    const nowMs = this.#monotonicMs();
    for (const [name, waiters] of this.#waiting) {
      const rest = waiters.filter(({ untilMs }) => untilMs > nowMs);
      if (rest.length === waiters.length) continue;
      for (const waiter of waiters) if (waiter.untilMs <= nowMs) waiter.resolve(value());
      if (rest.length === 0) this.#waiting.delete(name);
      else this.#waiting.set(name, rest);
    }
  }
}
