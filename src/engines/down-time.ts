// What follows a time in which nobody could reach a store: buyers get a minute to come back before
// anything is due, and the journal says so. Must not know how an engine learns how long it was.

import type { EngineClock } from './clock.ts';
import type { EventDraft, Transaction } from './contract.ts';

/** A store that was down for longer gives everyone a minute. */
export const DOWN_MAX_MS = 5_000;
const GRACE_MS = 60_000;

export interface Grace {
  dueNotBeforeMs: number;
  /** What the journal says. */
  transaction: Transaction;
}

/** Holds expiry if nobody was there since `lastMs` for too long; undefined if it was a moment only. */
export function graceAfter(clock: EngineClock, lastMs: number): Grace | undefined {
  const { nowMs } = clock.reading();
  const downMs = nowMs - lastMs;
  if (downMs <= DOWN_MAX_MS) return undefined;
  const dueNotBeforeMs = nowMs + GRACE_MS;
  clock.holdExpiryUntil(dueNotBeforeMs);
  const data = { downMs, dueNotBeforeMs };
  const transaction = { events: [{ type: 'store.resumed', subject: 'store', data }] };
  return { dueNotBeforeMs, transaction };
}

/** Gives the minute, and remembers it until it is kept: whoever asks next finds that this server was there. */
export class Comeback {
  #grace: Grace | undefined;

  /** `aliveMs`: when a server was last there; 0 for a new store. Call again where `keep` fails. */
  async after(
    aliveMs: number,
    clock: EngineClock,
    keep: (grace: Grace) => Promise<void>,
  ): Promise<void> {
    if (aliveMs !== 0) this.#grace = graceAfter(clock, aliveMs) ?? this.#grace;
    if (this.#grace === undefined) return;
    await keep(this.#grace);
    this.#grace = undefined;
  }
}

/** The latest moment before which events say that nothing is due; undefined where none does. */
export function graceIn(events: readonly EventDraft[]): number | undefined {
  const last = events.findLast(({ type }) => type === 'store.resumed');
  return last === undefined ? undefined : Number(last.data?.dueNotBeforeMs ?? 0);
}
