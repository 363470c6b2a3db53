// Says where the archive of a store shall be from now on. Moves no file: those that there are must be
// there already.

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { HoldfastError } from '../../../errors.ts';
import { lockFiles, openJournalWriter, pathsOf, setMeta } from '../files.ts';
import { ArchiveIndex } from './archive-index.ts';

/** @throws HoldfastError when a file is elsewhere, or another process has the store */
export function setArchiveFolder(path: string, folder: string): void {
  const lock = lockFiles(pathsOf(path));
  try {
    const journal = openJournalWriter(path);
    try {
      const index = new ArchiveIndex(journal, path);
      const missing = index.all().find(({ file }) => !existsSync(join(folder, file)));
      if (missing !== undefined) {
        const what = `${missing.file} is not in ${folder}: move all that is in ${index.folder} there`;
        throw new HoldfastError('unavailable', what);
      }
      setMeta(journal, 'archive_folder', storedFolder(path, folder));
    } finally {
      journal.close();
    }
  } finally {
    lock.close();
  }
}

/** Beside the journal by its name alone, so that both can be moved together. */
function storedFolder(path: string, folder: string): string {
  const way = relative(dirname(resolve(path)), resolve(folder));
  return way.startsWith('..') || isAbsolute(way) ? resolve(folder) : way;
}
