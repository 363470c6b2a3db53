// Whether a buyer was refused for want of units while a unit lay idle (invariant I7). A refusal is right if at some
// moment from `idleMsMax` before it was asked for until it was answered no unit was free; wrong if one was free all
// that time, because then the same unit lay idle for longer than `idleMsMax` and the decision fell into that time.
// Times are whole milliseconds of one machine: what happened within the same one counts for the store.

import type { FreeAt } from './journal-story.ts';

export interface Refusals {
  /** When each was asked for, and answered. */
  askedMs: ArrayLike<number>;
  answeredMs: ArrayLike<number>;
}

/** How many refusals were wrong. */
export function wronglyRefused(
  free: readonly FreeAt[],
  { askedMs, answeredMs }: Refusals,
  idleMsMax: number,
): number {
  const none = timesWithNone(free);
  let wrong = 0;
  for (let index = 0; index < askedMs.length; index += 1) {
    const fromMs = askedMs[index]! - idleMsMax;
    const untilMs = answeredMs[index]!;
    const next = firstEndingFrom(none, fromMs);
    if (next === undefined || next.fromMs > untilMs) wrong += 1;
  }
  return wrong;
}

interface Span {
  fromMs: number;
  toMs: number;
}

/** When nothing was free, both ends included. */
function timesWithNone(free: readonly FreeAt[]): Span[] {
  const spans: Span[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: free[0]?.atMs ?? Infinity }];
  for (const [index, { atMs, free: left }] of free.entries()) {
    if (left > 0) continue;
    const toMs = free[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const last = spans.at(-1)!;
    if (last.toMs >= atMs) last.toMs = toMs;
    else spans.push({ fromMs: atMs, toMs });
  }
  return spans;
}

function firstEndingFrom(spans: readonly Span[], ms: number): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.toMs < ms) low = middle + 1;
    else high = middle;
  }
  return spans[low];
}
