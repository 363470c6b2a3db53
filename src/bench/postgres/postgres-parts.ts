// What the figures of `bench postgres` work with: the store, what is beside it, how large it all is, and
// where progress is told.

import type { HandWrittenTransactions } from '../locking/hand-written-transactions.ts';
import type { LockingStore } from '../locking/store.ts';
import type { PostgresScale } from './scale.ts';

export interface PostgresParts {
  store: LockingStore;
  /** Where the store is. */
  address: string;
  hand: HandWrittenTransactions;
  scale: PostgresScale;
  /** Of the figures, with how large the tables were where they were not as asked. */
  unit: string;
  /** What the yardstick is. */
  byHand: string;
  /** Waited for, so that a caller may look at the store between two slices. */
  say: (line: string) => void | Promise<void>;
}
