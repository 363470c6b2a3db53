// What a crowd met in each second of a sale, counted by when an attempt was due. Counts and times; judges nothing.

import { quantile } from '../../src/bench/figure.ts';

export interface Second {
  second: number;
  /** Attempts that fell due in it. */
  arrivals: number;
  /** Of those, what could not be sent in time, and was not. */
  dropped: number;
  accepted: number;
  /** By the code of the refusal. */
  refused: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  /** The share of the processors' time that the machine was not given in it; missing where that is not known. */
  takenAway?: number;
}

/** What a load of a sale came to, whoever made it. */
export interface LoadResult {
  startedAtMs: number;
  /** Since then. */
  lastAnswerMs: number;
  bySecond: Second[];
  p50Ms: number;
  p99Ms: number;
  paid: number;
  notPaid: number;
  /** Answered with what is neither an order nor a refusal, or not at all. */
  failed: number;
}

export class Seconds {
  readonly #seconds: { second: Second; timesMs: number[] }[] = [];

  arrived(dueMs: number): void {
    this.#of(dueMs).second.arrivals += 1;
  }

  dropped(dueMs: number): void {
    this.#of(dueMs).second.dropped += 1;
  }

  /** Without a code it was accepted. */
  answered(dueMs: number, tookMs: number, code: string | undefined): void {
    const { second, timesMs } = this.#of(dueMs);
    timesMs.push(tookMs);
    if (code === undefined) second.accepted += 1;
    else second.refused[code] = (second.refused[code] ?? 0) + 1;
  }

  all(): Second[] {
    return this.#seconds.map(({ second, timesMs }) => ({
      ...second,
      p50Ms: quantile(timesMs, 0.5),
      p99Ms: quantile(timesMs, 0.99),
    }));
  }

  /** Of all attempts that were answered. */
  quantile(share: number): number {
    return quantile(
      this.#seconds.flatMap(({ timesMs }) => timesMs),
      share,
    );
  }

  #of(dueMs: number): { second: Second; timesMs: number[] } {
    const index = Math.max(0, Math.floor(dueMs / 1_000));
    while (this.#seconds.length <= index) {
      const zero = { arrivals: 0, dropped: 0, accepted: 0, refused: {}, p50Ms: 0, p99Ms: 0 };
      this.#seconds.push({ second: { second: this.#seconds.length, ...zero }, timesMs: [] });
    }
    return this.#seconds[index]!;
  }
}

/** All of one kind, over all seconds. */
export function totalOf(seconds: readonly Second[], count: (second: Second) => number): number {
  return seconds.reduce((sum, second) => sum + count(second), 0);
}

export function refusalsOf(seconds: readonly Second[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { refused } of seconds) {
    for (const [code, count] of Object.entries(refused)) {
      if (count > 0) all[code] = (all[code] ?? 0) + count;
    }
  }
  return all;
}
