// Which entries are in which archive file, as the journal has it, and where the files are. Reads the
// journal alone; whether the files are sound is not its matter.

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { meta, openJournalReader } from '../files.ts';
import type { ArchivedFile } from './archive-file.ts';

export class ArchiveIndex {
  readonly #journal: DatabaseSync;
  readonly #path: string;
  #holding: StatementSync | undefined;

  /** `path`: the journal's. */
  constructor(journal: DatabaseSync, path: string) {
    this.#journal = journal;
    this.#path = path;
  }

  /** The file that holds an entry. */
  holding(position: number): ArchivedFile | undefined {
    if (!this.#exists()) return undefined;
    this.#holding ??= this.#journal.prepare(
      'SELECT * FROM archive WHERE first <= ? ORDER BY first DESC LIMIT 1',
    );
    const row = this.#holding.get(position);
    if (row === undefined || Number(row.last) < position) return undefined;
    return archived(row);
  }

  /** All files, in the order of the chain. */
  all(): ArchivedFile[] {
    if (!this.#exists()) return [];
    return this.#journal.prepare('SELECT * FROM archive ORDER BY first').all().map(archived);
  }

  /** The end of the chain. */
  get end(): ArchivedFile | undefined {
    return this.holding(this.last);
  }

  /** The last entry that is in a file; 0 for none. */
  get last(): number {
    if (!this.#exists()) return 0;
    return Number(this.#journal.prepare('SELECT max(last) AS last FROM archive').get()?.last ?? 0);
  }

  get folder(): string {
    const stored = meta(this.#journal, 'archive_folder');
    const beside = `${resolve(this.#path)}.archive`;
    if (stored === undefined) return beside;
    const folder = resolve(dirname(resolve(this.#path)), String(stored));
    // A store that was moved under another name takes its archive along under its own.
    return !existsSync(folder) && existsSync(beside) ? beside : folder;
  }

  /** A journal that was never opened by this version has no such table. */
  #exists(): boolean {
    if (this.#holding !== undefined) return true;
    const found = this.#journal.prepare(
      "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = 'archive'",
    );
    return Number(found.get()?.n) === 1;
  }
}

/** Where the archive of the journal at `path` is. */
export function archiveFolderOf(path: string): string {
  const journal = openJournalReader(path);
  try {
    return new ArchiveIndex(journal, path).folder;
  } finally {
    journal.close();
  }
}

function archived(row: Record<string, unknown>): ArchivedFile {
  const { first, last, file, header } = row;
  return { first: Number(first), last: Number(last), file: String(file), header: String(header) };
}
