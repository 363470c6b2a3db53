// A checkpoint as of any position of a journal.

import type { CheckpointState, Entry } from '../../src/engines/contract.ts';
import { Problems } from '../../src/verify/problems.ts';
import { Replay } from '../../src/verify/replay.ts';

/** As an engine keeps it: without documents that are final. */
export function checkpointAt(entries: readonly Entry[], position: number): CheckpointState {
  const replay = new Replay(new Problems());
  for (const entry of entries.slice(0, position)) replay.take(entry);
  const state = replay.checkpoint();
  const documents = [...state.documents].filter(({ final }) => final !== true);
  return { ...state, documents };
}
