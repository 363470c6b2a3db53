// What stands behind a store in Redis and remembers what it has decided: takes the batches of its stream, in
// order and once each, and answers what is asked of the past. The PostgreSQL recorder is one.

import type { Decided, Engine, RequestName } from '../contract.ts';
import type { StreamBatch } from './stream.ts';

/** How far a stream is remembered. */
export interface Remembered {
  epoch: number;
  number: number;
}

/** What is asked of the past. A moment behind what was answered. */
export type Record = Pick<
  Engine,
  'entries' | 'follow' | 'balancesAt' | 'pools' | 'find' | 'health' | 'journalId'
>;

export interface Remembering {
  readonly record: Record;
  look(): Promise<Remembered>;
  recordBatches(batches: readonly StreamBatch[]): Promise<{ ok: boolean } & Partial<Remembered>>;
  /** What requests were first answered; undefined for those that nobody remembers. */
  firstAnswers(requests: readonly RequestName[]): Promise<(Decided | undefined)[]>;
  close(): Promise<void>;
}
