// What a store over several slots needs of each: an engine that decides there what is there alone, and that tells
// which undecided documents stand on an account.

import type { AccountId, Document, Engine } from '../contract.ts';

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
    | 'close'
  > {
  /** Resolves when what this server was answered is in the record; rejects where it may be lost. */
  recorded(): Promise<void>;
  /** Documents of this slot, past their deadline, whose undo would bring units to an account; earliest first. */
  dueOn(account: AccountId, dueMs: number, limit: number): Promise<Due[]>;
  /** Documents whose undecided claims would bring units to an account, or that name it, oldest first. */
  undecidedOn(account: AccountId, limit: number): Promise<Document[]>;
}
