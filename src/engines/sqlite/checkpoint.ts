// A checkpoint: every balance, number and live document as of one position, in parts of lines. Made
// from the tables, kept in the journal, read by verify and for balances of the past.

import type { DatabaseSync } from 'node:sqlite';
import type { AccountId, AccountState, Document, OwnerSeq } from '../contract.ts';
import { documentOf } from '../document-text.ts';
import { meta } from './files.ts';
import type { JournalReader } from './journal-reader.ts';
import { storedOwners } from './stored-owners.ts';
import { checkCount, checkDocument, checkNamed, readCounts } from './tables-check.ts';
import type { TablesReply } from './worker-messages.ts';

const PART_BYTES = 256 * 1024;

/** One line of a checkpoint. Numbers and accounts come first, then documents. */
export type CheckpointLine =
  | ['account', AccountId, AccountState]
  | ['seq', ...OwnerSeq]
  | ['document', Document];

/** The parts of a checkpoint, as messages, from one still picture of the tables; closes them. */
export function* checkpointParts(still: DatabaseSync): Generator<TablesReply> {
  try {
    still.exec('BEGIN');
    const position = Number(meta(still, 'position') ?? 0);
    const atMs = Number(meta(still, 'at_ms') ?? 0);
    let part = 0;
    let lines: string[] = [];
    let size = 0;
    for (const line of checkpointLines(still)) {
      lines.push(line);
      size += line.length + 1;
      if (size < PART_BYTES) continue;
      yield { checkpoint: { position, atMs, part, body: lines.join('\n') } };
      part += 1;
      lines = [];
      size = 0;
    }
    yield { checkpoint: { position, atMs, part, body: lines.join('\n') } };
    yield { checkpointDone: { position, parts: part + 1 } };
  } finally {
    still.close();
  }
}

function* checkpointLines(still: DatabaseSync): Generator<string> {
  for (const { id, seq, accounts } of storedOwners(still)) {
    yield JSON.stringify(['seq', id, seq]);
    for (const { name, ...state } of accounts) {
      yield JSON.stringify(['account', `${id}/${name}`, state]);
    }
  }
  for (const text of liveBodies(still)) yield `["document",${text}]`;
}

/** The text of every document that is not final, and of every named one. */
export function* liveBodies(tables: DatabaseSync): Generator<string> {
  let found = 0;
  for (const row of tables.prepare('SELECT * FROM named_document').iterate()) {
    checkNamed(row);
    found += 1;
    yield String(row.body);
  }
  checkCount(found, readCounts(tables).named, 'named documents');
  const segments = tables.prepare('SELECT n, live FROM segment WHERE live > 0 ORDER BY n').all();
  for (const { n, live } of segments) {
    found = 0;
    const rows = tables.prepare(`SELECT * FROM document_${Number(n)} WHERE final = 0`);
    for (const row of rows.iterate()) {
      checkDocument(row);
      found += 1;
      yield String(row.body);
    }
    checkCount(found, Number(live), `live documents in segment ${n}`);
  }
}

/** Reads a checkpoint back, line by line. */
export function* readCheckpoint(
  journal: JournalReader,
  { position, parts }: { position: number; parts: number },
): Generator<CheckpointLine> {
  for (let part = 0; part < parts; part += 1) {
    for (const line of journal.checkpointPart(position, part)) {
      if (line.length > 0) yield checkpointLine(line);
    }
  }
}

function checkpointLine(text: string): CheckpointLine {
  const line = JSON.parse(text);
  // Checkpoints from before documents were arrays have them as objects.
  const isArray = line[0] === 'document' && Array.isArray(line[1]);
  return isArray ? ['document', documentOf(line[1])] : line;
}
