// Deletes rows of the journal whose archive file is safe on the disk, and remembers the file, in one
// transaction: each entry is in the journal or in a file that the journal knows.

import type { DatabaseSync } from 'node:sqlite';
import { crashPoint } from '../../crash-point.ts';
import type { ArchivedFile } from './archive-file.ts';

export function dropArchived(
  journal: DatabaseSync,
  { first, last, file, header }: ArchivedFile,
): void {
  journal.exec('BEGIN IMMEDIATE');
  try {
    const { ends } = journal.prepare('SELECT max(last) AS ends FROM archive').get()!;
    if (Number(ends ?? 0) !== first - 1) throw new Error(`${file} does not follow entry ${ends}`);
    journal.prepare('INSERT INTO archive VALUES (?, ?, ?, ?)').run(first, last, file, header);
    journal.prepare('DELETE FROM journal WHERE first >= ? AND last <= ?').run(first, last);
    crashPoint('archive-deleting');
    journal.exec('COMMIT');
  } catch (error) {
    if (journal.isTransaction) journal.exec('ROLLBACK');
    throw error;
  }
  crashPoint('archive-deleted');
}
