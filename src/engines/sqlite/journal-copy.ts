// Copies a journal into a new file, row by row, from one still picture: beside a server that writes,
// without holding it up, and whole up to one position. Checks each row on the way. The copy becomes a
// journal of its own when it is first opened (openJournalWriter).

import type { DatabaseSync } from 'node:sqlite';
import { ArchiveIndex } from './archive/archive-index.ts';
import { meta, openJournalReader, openJournalWriter, setMeta } from './files.ts';
import { checkBatch, checkPart, partSum } from './row-sums.ts';

export interface JournalCopy {
  journalId: string;
  /** The last entry it holds, and that one's time. */
  position: number;
  atMs: number;
  batches: number;
}

export interface CopyOptions {
  from: string;
  /** Must not be there. */
  to: string;
  /** Called after every so many batches. */
  onProgress?: (progress: { position: number; of: number }) => void;
}

const BATCHES_PER_COMMIT = 256;

/** @throws HoldfastError when a row is damaged; Error of SQLite when a file cannot be read or written */
export function copyJournal({ from, to, onProgress }: CopyOptions): JournalCopy {
  const source = openJournalReader(from);
  const target = openJournalWriter(to);
  try {
    source.exec('BEGIN');
    const end = source.prepare('SELECT last, at_ms FROM journal ORDER BY first DESC LIMIT 1').get();
    const position = Number(end?.last ?? 0);
    const journalId = String(meta(source, 'journal_id'));
    const batches = copyBatches(source, target, (done) =>
      onProgress?.({ position: done, of: position }),
    );
    copyCheckpoints(source, target);
    copyArchiveIndex(source, target, from);
    setMeta(target, 'journal_id', journalId);
    setMeta(target, 'alive_ms', meta(source, 'alive_ms') ?? 0);
    setMeta(target, 'copy_of', journalId);
    target.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    return { journalId, position, atMs: Number(end?.at_ms ?? 0), batches };
  } finally {
    target.close();
    source.close();
  }
}

function copyBatches(
  source: DatabaseSync,
  target: DatabaseSync,
  onProgress: (position: number) => void,
): number {
  const insert = target.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?)');
  let batches = 0;
  target.exec('BEGIN');
  for (const row of source.prepare('SELECT * FROM journal ORDER BY first').iterate()) {
    const sum = checkBatch(row);
    insert.run(Number(row.first), Number(row.last), Number(row.at_ms), row.body as Uint8Array, sum);
    batches += 1;
    if (batches % BATCHES_PER_COMMIT !== 0) continue;
    target.exec('COMMIT; BEGIN');
    onProgress(Number(row.last));
  }
  target.exec('COMMIT');
  return batches;
}

/** Archive files are not copied: what is in them never changes. */
function copyArchiveIndex(source: DatabaseSync, target: DatabaseSync, path: string): void {
  const insert = target.prepare('INSERT INTO archive VALUES (?, ?, ?, ?)');
  for (const { first, last, file, header } of new ArchiveIndex(source, path).all()) {
    insert.run(first, last, file, header);
  }
  const folder = meta(source, 'archive_folder');
  if (folder !== undefined) setMeta(target, 'archive_folder', folder);
}

function copyCheckpoints(source: DatabaseSync, target: DatabaseSync): void {
  const insert = target.prepare('INSERT INTO checkpoint VALUES (?, ?, ?)');
  const insertPart = target.prepare('INSERT INTO checkpoint_part VALUES (?, ?, ?, ?)');
  const parts = source.prepare('SELECT * FROM checkpoint_part WHERE position = ? ORDER BY part');
  target.exec('BEGIN');
  for (const row of source.prepare('SELECT * FROM checkpoint WHERE parts IS NOT NULL').all()) {
    const position = Number(row.position);
    insert.run(position, Number(row.at_ms), Number(row.parts));
    for (const part of parts.iterate(position)) {
      checkPart(part);
      const body = part.body as Uint8Array;
      insertPart.run(position, Number(part.part), body, partSum(position, Number(part.part), body));
    }
  }
  target.exec('COMMIT');
}
