// The state as of one position of the journal, as an engine hands it over for verifying from there
// on. A type alone: who keeps checkpoints, and how, is the engine's own matter.

import type { AccountId, AccountState, Document, OwnerSeq } from '../engines/contract.ts';

export interface CheckpointState {
  /** The last entry that it contains. */
  position: number;
  /** The time of that entry. */
  atMs: number;
  accounts: Iterable<[AccountId, AccountState]>;
  /** At least those that are not final. */
  documents: Iterable<Document>;
  seqs: Iterable<OwnerSeq>;
}
