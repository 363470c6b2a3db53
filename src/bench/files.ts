// Files of a benchmark: made for it, and removed with all that SQLite puts beside them.

import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export function openDatabaseFile(path: string, options: { readOnly?: boolean } = {}): DatabaseSync {
  return new DatabaseSync(path, { readOnly: options.readOnly === true });
}

export function removeFiles(path: string): void {
  for (const file of [path, `${path}.tables`, `${path}.lock`]) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
  }
}
