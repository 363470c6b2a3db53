// What the engine's threads say to each other. Types only.

import type { DocumentPage, DocumentQuery } from '../contract.ts';
import type { ArchivedFile } from './archive/archive-file.ts';
import type { ArchiveOptions } from './archive/archive-options.ts';
import type { StoreFailure } from './store-failure.ts';

export interface WorkerPaths {
  journal: string;
  tables: string;
}

/** One batch; its text is the first `length` bytes of `shared`, until it is answered. */
export interface JournalAppend {
  first: number;
  last: number;
  atMs: number;
  shared: SharedArrayBuffer;
  length: number;
}

/** To the journal writer. */
export type JournalRequest =
  | { append: JournalAppend }
  | { alive: number }
  | { checkpoint: { position: number; atMs: number; part: number; body: string } }
  | { checkpointDone: { position: number; parts: number } }
  | { archived: ArchivedFile }
  | { close: true };

/** From the journal writer, in the order of what was asked. */
export type JournalReply =
  | { opened: { position: number; atMs: number; aliveMs: number; journalId: string } }
  | { appended: number }
  | { dropped: true }
  | { failed: StoreFailure }
  | { closed: true };

/** To the tables writer. */
export type TablesRequest = { durable: number } | { close: true };

/** From the tables writer. */
export type TablesReply =
  | { opened: { position: number } }
  | { passed: number }
  | { generation: { index: number; fingerprints: Uint32Array; dropped: number[] } }
  | { checkpoint: { position: number; atMs: number; part: number; body: string } }
  | { checkpointDone: { position: number; parts: number } }
  | { failed: StoreFailure }
  | { closed: true };

/** To the thread that archives. */
export type ArchiveRequest = { start: Omit<ArchiveOptions, 'onProgress'> } | { next: true };

/** From the thread that archives. */
export type ArchiveReply =
  | { started: { positionMax: number; position: number; folder: string } }
  | { file: ArchivedFile }
  | { done: true }
  | { failed: StoreFailure };

/** To the look-up thread, and back. */
export type LookUpRequest =
  | { id: number; query: DocumentQuery }
  | { id: number; balancesAt: { owner: string; atMs: number } };

export interface LookUpReply {
  id: number;
  answer: DocumentPage | Record<string, number> | undefined;
  failed?: string;
  /** It failed because the tables are damaged. */
  damaged?: boolean;
}
