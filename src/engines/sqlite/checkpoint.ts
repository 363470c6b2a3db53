// A checkpoint: every balance, number and live document as of one position, in parts of lines. Made
// from the tables, kept in the journal, read by verify and for balances of the past.

import type { DatabaseSync } from 'node:sqlite';
import type { AccountId, AccountState, Document, OwnerSeq } from '../contract.ts';
import { meta } from './files.ts';
import type { JournalReader } from './journal-reader.ts';
import type { TablesReply } from './worker-messages.ts';

const PART_BYTES = 256 * 1024;

/** One line of a checkpoint. Accounts come first, then numbers, then documents. */
export type CheckpointLine =
  | ['account', AccountId, AccountState]
  | ['seq', ...OwnerSeq]
  | ['document', Document];

/** The parts of a checkpoint, as messages, from one still picture of the tables; closes them. */
export function* checkpointParts(still: DatabaseSync): Generator<TablesReply> {
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
  still.exec('COMMIT');
  still.close();
  yield { checkpointDone: { position, parts: part + 1 } };
}

function* checkpointLines(still: DatabaseSync): Generator<string> {
  for (const row of still.prepare('SELECT * FROM account').iterate()) {
    const { id, balance, floor, inflow } = row;
    yield JSON.stringify(['account', id, { balance, floor, inflow }]);
  }
  for (const { id, seq } of still.prepare('SELECT * FROM owner').iterate()) {
    yield JSON.stringify(['seq', id, seq]);
  }
  for (const body of liveBodies(still)) yield `["document",${body}]`;
}

/** The text of every document that is not final, and of every named one. */
export function* liveBodies(tables: DatabaseSync): Generator<string> {
  for (const { body } of tables.prepare('SELECT body FROM named_document').iterate()) {
    yield String(body);
  }
  const segments = tables.prepare('SELECT n FROM segment WHERE live > 0 ORDER BY n').all();
  for (const { n } of segments) {
    const live = tables.prepare(`SELECT body FROM document_${Number(n)} WHERE final = 0`);
    for (const { body } of live.iterate()) yield String(body);
  }
}

/** Reads a checkpoint back, line by line. */
export function* readCheckpoint(
  journal: JournalReader,
  { position, parts }: { position: number; parts: number },
): Generator<CheckpointLine> {
  for (let part = 0; part < parts; part += 1) {
    for (const line of journal.checkpointPart(position, part)) {
      if (line.length > 0) yield JSON.parse(line) as CheckpointLine;
    }
  }
}
