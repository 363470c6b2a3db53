// Decides a batch on what was loaded, and looks for the claims that the decision asks for. Where it
// needs what was not loaded it says so. Writes nothing.

import { apply } from '../../kernel/apply.ts';
import type { ClockReading, Transaction } from '../contract.ts';
import { type Decision, timeOf, type Undone } from './decision.ts';
import { type LoadedClaims, LoadedState } from './loaded-state.ts';
import type { Loaded } from './loading.ts';
import type { Missed } from './touched.ts';

interface Grounds {
  loaded: Loaded;
  reading: ClockReading;
  /** What would reach accounts, up to so many of each. */
  claimsOf(asked: ReadonlyMap<string, number>): Promise<Map<string, LoadedClaims>>;
}

export async function decide(
  { batch, missed }: { batch: readonly Transaction[]; missed: Missed },
  { loaded, reading, claimsOf }: Grounds,
): Promise<Decision | Undone> {
  const claims = new Map<string, LoadedClaims>();
  while (true) {
    const state = new LoadedState(timeOf(reading, loaded), loaded.rows, claims);
    const applied = apply(state, batch);
    if (!state.isWhole) {
      for (const owner of state.missed.owners) missed.owners.add(owner);
      for (const document of state.missed.documents) missed.documents.add(document);
      return { undone: 'missed' };
    }
    if (state.missedClaims.size === 0) {
      return { applied, loaded, reading, claims, isGuarded: false };
    }
    for (const [account, each] of await claimsOf(state.missedClaims)) claims.set(account, each);
  }
}
