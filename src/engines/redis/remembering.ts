// What stands behind a store in Redis and remembers what it has decided: takes the batches of its stream, in
// order and once each, says until when it may decide, and answers what is asked of the past.

import type { Engine } from '../contract.ts';
import type { RecordRowsReader } from '../postgres/record-rows.ts';
import type { Recorder } from '../postgres/recorder.ts';
import type { Carrying, Recorded } from './carrier.ts';
import type { CarrierPlaces } from './carrier-thread.ts';

export type { RecordState } from '../postgres/record-lease.ts';
export type { DecidedBatch } from '../postgres/recorder.ts';

/** What is asked of the past. A moment behind what was answered. */
export type Past = Pick<
  Engine,
  'entries' | 'follow' | 'balancesAt' | 'pools' | 'find' | 'documents' | 'health' | 'journalId'
>;

/** The recorder of a stream in PostgreSQL, and an engine that reads what it has recorded. */
export interface Remembering
  extends Pick<
    Recorder,
    'look' | 'recordBatches' | 'extendLease' | 'openEpoch' | 'firstAnswers' | 'remembers' | 'close'
  > {
  readonly past: Past;
  /** What a store can be rebuilt with; absent where it cannot. */
  readonly rebuilding?: Pick<Recorder, 'rebuildTurn' | 'closeEpoch' | 'rebuildState'>;
  /** What is compared with Redis; a record that has none is not compared. */
  readonly rows?: RecordRowsReader;
  /** Carries a stream there in a thread of its own; absent where the stream is carried in this one. */
  readonly carrier?: (
    from: Omit<CarrierPlaces, 'record'>,
    onRecorded: (recorded: Recorded) => void,
  ) => Carrying;
}
