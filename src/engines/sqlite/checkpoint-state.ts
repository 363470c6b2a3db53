// A checkpoint in the form that verify starts from.

import type { AccountId, AccountState, CheckpointState, Document, OwnerSeq } from '../contract.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { JournalReader } from './journal-reader.ts';

export function checkpointState(journal: JournalReader, atMs: number): CheckpointState | undefined {
  const found = journal.checkpoint(atMs);
  if (found === undefined) return undefined;
  const accounts: [AccountId, AccountState][] = [];
  const seqs: OwnerSeq[] = [];
  const documents: Document[] = [];
  for (const line of readCheckpoint(journal, found)) {
    if (line[0] === 'account') accounts.push([line[1], line[2]]);
    else if (line[0] === 'seq') seqs.push([line[1], line[2]]);
    else documents.push(line[1]);
  }
  return { position: found.position, atMs: found.atMs, accounts, seqs, documents };
}
