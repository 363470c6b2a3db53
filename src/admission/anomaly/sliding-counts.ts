// What one subject did in this minute and in the one before, of which so much counts as still lies within sixty
// seconds. Different others are told apart by a hash of 32 bits each, up to as many as make a difference.

import { type Counts, OTHERS_MAX } from './score.ts';

export const WINDOW_MS = 60_000;

interface Minute {
  attempts: number;
  refusals: number;
  others: readonly number[];
}

const NOBODY: readonly number[] = [];

// Flat: an object for each minute was half of what an attempt cost.
export class SlidingCounts {
  #startMs: number;
  #attempts = 0;
  #refusals = 0;
  /** The only one, or all. */
  #others: number | number[] | undefined;
  #before: Minute | undefined;
  /** How many of those before were not seen again. Looked for at each attempt they took 2 µs of a checkout. */
  #gone = 0;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
  }

  attempted(nowMs: number, other: number | undefined): void {
    if (nowMs - this.#startMs >= WINDOW_MS) this.#turn(nowMs);
    this.#attempts += 1;
    if (other === undefined) return;
    if (this.#isNew(other) && this.#before?.others.includes(other)) this.#gone -= 1;
  }

  #isNew(other: number): boolean {
    const others = this.#others;
    if (others === other) return false;
    if (others === undefined) this.#others = other;
    else if (typeof others === 'number') this.#others = [others, other];
    else if (others.length < OTHERS_MAX && !others.includes(other)) others.push(other);
    else return false;
    return true;
  }

  refused(nowMs: number): void {
    if (nowMs - this.#startMs >= WINDOW_MS) this.#turn(nowMs);
    this.#refusals += 1;
  }

  /** As much of it as still counts. */
  seen(nowMs: number): Counts {
    if (nowMs - this.#startMs >= WINDOW_MS) this.#turn(nowMs);
    const before = this.#before;
    if (before !== undefined) return this.#both(before, nowMs);
    return { attempts: this.#attempts, refusals: this.#refusals, others: this.#othersNow };
  }

  #both(before: Minute, nowMs: number): Counts {
    const left = 1 - (nowMs - this.#startMs) / WINDOW_MS;
    return {
      attempts: this.#attempts + before.attempts * left,
      refusals: this.#refusals + before.refusals * left,
      others: this.#othersNow + this.#gone * left,
    };
  }

  get #othersNow(): number {
    const others = this.#others;
    if (others === undefined) return 0;
    return typeof others === 'number' ? 1 : others.length;
  }

  #turn(nowMs: number): void {
    const passed = Math.floor((nowMs - this.#startMs) / WINDOW_MS);
    const others = typeof this.#others === 'number' ? [this.#others] : (this.#others ?? NOBODY);
    const now = { attempts: this.#attempts, refusals: this.#refusals, others };
    this.#before = passed === 1 ? now : undefined;
    this.#gone = passed === 1 ? now.others.length : 0;
    this.#attempts = 0;
    this.#refusals = 0;
    this.#others = undefined;
    this.#startMs += passed * WINDOW_MS;
  }
}

/** FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  return hash >>> 0;
}
