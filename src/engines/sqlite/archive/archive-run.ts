// Writes one archive file after the other from the oldest rows of the journal, and has each row deleted
// only when its file is on the disk and was read back. After a crash between the two the file is there
// without the journal knowing of it: it is taken as it is, or made again.

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HoldfastError } from '../../../errors.ts';
import { crashPoint } from '../../crash-point.ts';
import { meta } from '../files.ts';
import { checkBatch } from '../row-sums.ts';
import {
  type ArchivedFile,
  archivedText,
  type Encoded,
  encodeArchive,
  type JournalRow,
  namePrefix,
  type OpenedArchive,
  openArchive,
  rowsText,
} from './archive-file.ts';
import { ArchiveIndex } from './archive-index.ts';
import type { ArchiveOptions } from './archive-options.ts';

/** Bytes of rows in one file: read back it takes some 30 ms. (Tests set fewer.) */
const FILE_BYTES = Number(process.env.HOLDFAST_ARCHIVE_FILE_BYTES ?? 8 * 2 ** 20);

export class ArchiveRun {
  readonly index: ArchiveIndex;
  readonly folder: string;
  /** No entry after it may leave. */
  readonly positionMax: number;
  readonly #journalId: string;
  readonly #options: ArchiveOptions;
  readonly #next: StatementSync;

  constructor(journal: DatabaseSync, path: string, options: ArchiveOptions) {
    this.index = new ArchiveIndex(journal, path);
    this.folder = this.index.folder;
    this.#options = options;
    this.#journalId = String(meta(journal, 'journal_id'));
    this.#next = journal.prepare('SELECT * FROM journal WHERE first > ? ORDER BY first LIMIT 1');
    const checkpoint = journal.prepare(
      `SELECT position FROM checkpoint WHERE parts IS NOT NULL
       ORDER BY position DESC LIMIT 1 OFFSET 1`,
    );
    this.positionMax = Number(checkpoint.get()?.position ?? 0);
  }

  /** Writes the next file; undefined when nothing more may leave the journal. */
  next(): ArchivedFile | undefined {
    const { end } = this.index;
    const rows = this.#rowsAfter(end?.last ?? 0);
    if (rows.length === 0) return undefined;
    mkdirSync(this.folder, { recursive: true });
    const previous = end?.header ?? null;
    const left = this.#leftBehind(rows, previous);
    if (left !== undefined) return left;
    const encoded = encodeArchive(rows, { journal: this.#journalId, previous });
    this.#write(encoded, rows);
    const { first, last, file, header } = encoded;
    return { first, last, file, header };
  }

  #rowsAfter(position: number): JournalRow[] {
    const { beforeMs = Number.POSITIVE_INFINITY, beforePosition, full = false } = this.#options;
    const last = Math.min(this.positionMax, (beforePosition ?? Number.POSITIVE_INFINITY) - 1);
    const rows: JournalRow[] = [];
    let bytes = 0;
    let at = position;
    while (bytes < FILE_BYTES) {
      const row = this.#next.get(at) as unknown as JournalRow | undefined;
      if (row === undefined || row.last > last || row.at_ms >= beforeMs) return full ? [] : rows;
      checkBatch({ ...row });
      rows.push(row);
      bytes += row.body.length;
      at = row.last;
    }
    return rows;
  }

  #write({ file, bytes }: Encoded, rows: readonly JournalRow[]): void {
    const path = join(this.folder, file);
    const part = join(this.folder, `${namePrefix(rows[0]!.first)}writing`);
    const handle = openSync(part, 'w');
    try {
      const half = bytes.length >> 1;
      writeAll(handle, bytes.subarray(0, half));
      crashPoint('archive-half');
      writeAll(handle, bytes.subarray(half));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    const text = archivedText(openArchive(readFileSync(part), part), part);
    if (!text.equals(rowsText(rows))) {
      throw new HoldfastError('unavailable', `${part} was read back as something else`);
    }
    crashPoint('archive-written');
    renameSync(part, path);
    syncFolder(this.folder);
    syncFolder(dirname(this.folder));
    crashPoint('archive-named');
  }

  /** A file from before a crash, whose rows are still in the journal. */
  #leftBehind(rows: readonly JournalRow[], previous: string | null): ArchivedFile | undefined {
    const prefix = namePrefix(rows[0]!.first);
    for (const file of readdirSync(this.folder)) {
      if (!file.startsWith(prefix) || !file.endsWith('.archive')) continue;
      const path = join(this.folder, file);
      try {
        const opened = openArchive(readFileSync(path), path);
        const text = archivedText(opened, path);
        if (this.#isOf(opened, text, { rows, previous })) {
          const { first, last } = opened.header;
          return { first, last, file, header: opened.headerSum };
        }
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        // Cut off by the crash: it is made again.
        rmSync(path);
      }
    }
    return undefined;
  }

  /** Whether a file has the first of these rows and nothing else, and is the next of this chain. */
  #isOf(
    { header }: OpenedArchive,
    text: Buffer,
    { rows, previous }: { rows: readonly JournalRow[]; previous: string | null },
  ): boolean {
    const count = rows.findIndex(({ last }) => last === header.last) + 1;
    return (
      count > 0 &&
      header.journal === this.#journalId &&
      header.previous === previous &&
      text.equals(rowsText(rows.slice(0, count)))
    );
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(handle, bytes, at);
}

function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
