// Puts a backup in the place of a store. The store that was there is kept beside it; what was made from
// it is thrown away. Must never touch files that a process owns.

import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { HoldfastError } from '../../errors.ts';
import { type BackupManifest, checkBackup, syncFile } from './backup.ts';
import { lockFiles, pathsOf, removeDatabase } from './files.ts';

export interface RestoreOptions {
  /** The backup. */
  from: string;
  /** Where the store's journal shall be. */
  to: string;
  /** Put it there although there is a store. */
  replace: boolean;
}

export interface Restored extends BackupManifest {
  /** Where the store is now that was there before. */
  kept?: string;
}

/** @throws HoldfastError `unavailable` when a store is there, is in use, or the backup is damaged */
export async function restoreBackup({ from, to, replace }: RestoreOptions): Promise<Restored> {
  if (existsSync(to) && !replace) {
    throw new HoldfastError('unavailable', `there is a store at ${to}`);
  }
  const manifest = await checkBackup(from);
  const lock = lockFiles(pathsOf(to));
  try {
    const coming = `${to}.restoring`;
    removeDatabase(coming);
    copyFileSync(from, coming);
    syncFile(coming);
    const kept = existsSync(to) ? putAside(to) : undefined;
    removeDatabase(pathsOf(to).tables);
    renameSync(coming, to);
    syncFile(to);
    return kept === undefined ? manifest : { ...manifest, kept };
  } finally {
    lock.close();
  }
}

/** Renames a store with all that it holds in its one file: a WAL must not meet another journal. */
function putAside(path: string): string {
  const kept = `${path}.before-restore-${Date.now()}`;
  try {
    const journal = new DatabaseSync(path);
    journal.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    journal.close();
  } catch {
    // It cannot be read; its files are kept as they are.
  }
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${kept}${suffix}`);
  }
  renameSync(path, kept);
  rmSync(`${kept}-shm`, { force: true });
  return kept;
}
