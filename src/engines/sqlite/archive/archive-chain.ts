// Checks every file of the archive, and that each follows the one before. Reads only; says all that is
// wrong, not only the first.

import { join } from 'node:path';
import { HoldfastError } from '../../../errors.ts';
import { openJournalReader } from '../files.ts';
import { checkBatch } from '../row-sums.ts';
import { archivedText, damagedArchive, type OpenedArchive, rowsOf } from './archive-file.ts';
import { ArchiveIndex } from './archive-index.ts';
import { openArchived } from './archive-reader.ts';

export interface ArchiveProblem {
  what: string;
  /** The first entry of the file. */
  position: number;
}

export interface ArchiveState {
  files: number;
  /** The last entry that is in a file. */
  position: number;
  problems: ArchiveProblem[];
}

export type ArchiveProgress = (progress: { position: number; of: number }) => void;

/** Works beside a running server too. */
export function checkArchive(
  /** The journal's. */
  path: string,
  onProgress: ArchiveProgress = () => {},
): ArchiveState {
  const journal = openJournalReader(path);
  try {
    const index = new ArchiveIndex(journal, path);
    const files = index.all();
    const { folder } = index;
    const problems: ArchiveProblem[] = [];
    let before: { header: string; last: number } | undefined;
    for (const archived of files) {
      try {
        const opened = openArchived(folder, archived);
        checkContent(opened, join(folder, archived.file));
        checkLink(opened, before, join(folder, archived.file));
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        problems.push({ what: error.message, position: archived.first });
      }
      before = archived;
      onProgress({ position: archived.last, of: files.at(-1)!.last });
    }
    return { files: files.length, position: before?.last ?? 0, problems };
  } finally {
    journal.close();
  }
}

function checkContent(opened: OpenedArchive, path: string): void {
  const { first, last } = opened.header;
  let next = first;
  for (const row of rowsOf(archivedText(opened, path))) {
    if (row.first !== next) throw damagedArchive(path, `it lacks entry ${next}`);
    checkBatch({ ...row });
    next = row.last + 1;
  }
  if (next !== last + 1) throw damagedArchive(path, `it lacks entry ${next}`);
}

function checkLink(
  { header: { first, previous } }: OpenedArchive,
  before: { header: string; last: number } | undefined,
  path: string,
): void {
  if (previous !== (before?.header ?? null)) {
    throw damagedArchive(path, 'it does not follow the file before it: the chain is broken');
  }
  if (first !== (before?.last ?? 0) + 1) {
    throw damagedArchive(path, `entries ${(before?.last ?? 0) + 1} to ${first - 1} are in no file`);
  }
}
