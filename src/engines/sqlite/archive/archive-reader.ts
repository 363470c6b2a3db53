// Reads the journal's rows that have left for archive files. Each file is checked against what the
// journal knows of it before anything in it is believed; the last few stay decoded in memory.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  type ArchivedFile,
  archivedText,
  damagedArchive,
  type JournalRow,
  type OpenedArchive,
  openArchive,
  rowsOf,
} from './archive-file.ts';
import { ArchiveIndex } from './archive-index.ts';

/** Files at hand, of some 8 MiB each: several readers at different places do not drive each other out. */
const FILES_AT_HAND_MAX = 4;

export class ArchiveReader {
  readonly index: ArchiveIndex;
  readonly #atHand = new Map<string, JournalRow[]>();
  readonly #folder: string | undefined;

  /** `folder`: where the files are, if not where the journal says. */
  constructor(journal: DatabaseSync, path: string, folder?: string) {
    this.index = new ArchiveIndex(journal, path);
    this.#folder = folder;
  }

  /**
   * The row that holds an entry; undefined when no file does.
   *
   * @throws HoldfastError naming the file, when it is missing or damaged
   */
  row(position: number): JournalRow | undefined {
    const archived = this.index.holding(position);
    if (archived === undefined) return undefined;
    const row = this.#rows(archived).find(({ last }) => last >= position);
    if (row === undefined || row.first > position) {
      throw damagedArchive(archived.file, `it lacks entry ${position}`);
    }
    return row;
  }

  #rows(archived: ArchivedFile): JournalRow[] {
    const { header } = archived;
    const known = this.#atHand.get(header);
    if (known !== undefined) return known;
    const rows = rowsOf(readArchived(this.#folder ?? this.index.folder, archived));
    if (this.#atHand.size >= FILES_AT_HAND_MAX) {
      this.#atHand.delete(this.#atHand.keys().next().value!);
    }
    this.#atHand.set(header, rows);
    return rows;
  }
}

/** @throws HoldfastError naming the file, when it is missing or another than the journal knows */
export function openArchived(folder: string, archived: ArchivedFile): OpenedArchive {
  const path = join(folder, archived.file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw damagedArchive(path, code === 'ENOENT' ? 'it is missing' : `cannot be read (${code})`);
  }
  const opened = openArchive(bytes, path);
  const { first, last } = opened.header;
  if (first !== archived.first || last !== archived.last) {
    throw damagedArchive(path, `it holds entries ${first} to ${last}: it is another file`);
  }
  if (opened.headerSum !== archived.header) {
    throw damagedArchive(path, 'its header is not the one that the journal knows');
  }
  return opened;
}

function readArchived(folder: string, archived: ArchivedFile): Buffer {
  return archivedText(openArchived(folder, archived), join(folder, archived.file));
}
