// Brings a state that was filled from the tables up to the end of the journal, in memory: a start need
// not wait for the tables, and needs no room on the disk. Decides nothing; what it takes is durable.

import { graceIn } from '../down-time.ts';
import type { LiveState } from '../live-state.ts';
import { takeEntry } from '../take-entry.ts';
import type { JournalReader } from './journal-reader.ts';

/** So many entries take a fraction of a second; more are left to the tables. */
export const TAIL_MAX = 65_536;

const SLICE = 500;

/** Returns the moment before which nothing is due, where the tail says one; else 0. */
export function takeTail(state: LiveState, journal: JournalReader): number {
  let dueNotBeforeMs = 0;
  while (true) {
    const slice = journal.entries({ after: state.position, limit: SLICE });
    for (const entry of slice) {
      takeEntry(state, entry);
      dueNotBeforeMs = graceIn(entry.events) ?? dueNotBeforeMs;
    }
    if (slice.length < SLICE) return dueNotBeforeMs;
  }
}
