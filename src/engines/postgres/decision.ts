// What an attempt comes to: a decision, with all that it was made on, or why there is none.

import type { Applied } from '../../kernel/apply.ts';
import type { ClockReading } from '../contract.ts';
import type { LoadedClaims } from './loaded-state.ts';
import type { Loaded } from './loading.ts';
import type { LockName } from './stuck-locks.ts';

/**
 * Why nothing was written: it needs what was not loaded; somebody else keeps a lock; what it was
 * decided on has changed, perhaps something of which it needs the exact value.
 */
export type Undone =
  | { undone: 'missed' }
  | { undone: 'skipped'; skipped: LockName[] }
  | { undone: 'changed'; exact: boolean };

/** What was committed, and as which batch of the journal where that is known. */
export interface Committed extends Applied {
  batch?: number | undefined;
}

/** A decision, on what, and at what time. */
export interface Decision {
  applied: Applied;
  loaded: Loaded;
  reading: ClockReading;
  claims: ReadonlyMap<string, LoadedClaims>;
  /** Balances were neither locked nor found unchanged: the write must guard them. */
  isGuarded: boolean;
}

/** The time of a pool or a document does not go back, also where two servers' clocks differ by a millisecond. */
export function timeOf({ nowMs, dueMs }: ClockReading, { latestMs }: Loaded) {
  return { nowMs: Math.max(nowMs, latestMs), dueMs };
}
