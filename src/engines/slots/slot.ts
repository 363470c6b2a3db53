// What a store over several slots needs of each: an engine that decides there what is there alone, and that tells
// which undecided documents stand on an account.

import type { AccountId, Document, DocumentId, Engine, PoolId } from '../contract.ts';

export type Due = Pick<Document, 'id' | 'deadlineMs'>;

export interface Slot
  extends Pick<
    Engine,
    | 'commit'
    | 'documents'
    | 'owners'
    | 'find'
    | 'due'
    | 'nextDeadlineMs'
    | 'clock'
    | 'resumeExpiry'
    | 'health'
    | 'answersRecorded'
    | 'close'
  > {
  /** Resolves when what this server was answered, or can read, is in the record; rejects where it may be lost. */
  recorded(what?: 'answered' | 'readable'): Promise<void>;
  /** As the record has them, once it has all that can be read here. */
  recordedDocuments(ids: readonly DocumentId[]): Promise<(Document | undefined)[]>;
  /** Documents of this slot, past their deadline, whose claims are filed under an account; earliest first. */
  dueOn(account: AccountId, dueMs: number, limit: number): Promise<Due[]>;
  /** Pools that pass on to a pool what is released in them. */
  passingOnTo(pool: PoolId): Promise<PoolId[]>;
  /** Documents whose undecided claims would bring units to an account, or that name it, oldest first. */
  undecidedOn(account: AccountId, limit: number): Promise<Document[]>;
}
