// What an error of SQLite means to the store: no space, damaged tables, or a store that is gone. A full
// disk passes; an error of the device may not, and is never taken for one.

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { HoldfastError } from '../../errors.ts';
import { isDamagedArchive } from './archive/archive-file.ts';
import { damagedTables, isDamagedTables } from './row-sums.ts';

export interface StoreFailure {
  code: 'disk-full' | 'unavailable';
  message: string;
  /** A file of the archive is missing or damaged: it can be put back. */
  ofArchive?: boolean;
}

// Primary result codes, https://sqlite.org/rescode.html
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** A sync that failed: what the kernel has of the file may not be what the disk has. */
const SQLITE_IOERR_FSYNC = 1_034;
/** Less than this left on the device is none. */
const NO_SPACE_BYTES = 65_536;

/** What became of a write to a file at `path`. */
export function storeFailure(error: unknown, path: string): StoreFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (isDamagedArchive(error)) return { code: 'unavailable', message, ofArchive: true };
  return { code: isDiskFull(error, path) ? 'disk-full' : 'unavailable', message };
}

export function isDiskFull(error: unknown, path: string): boolean {
  if (error instanceof HoldfastError) return error.code === 'disk-full';
  const { errcode = 0, code } = (error ?? {}) as { errcode?: number; code?: string };
  if (code === 'ENOSPC' || primary(errcode) === SQLITE_FULL) return true;
  // SQLite says "disk I/O error" where it finds no room for its shared-memory file.
  const ioError = primary(errcode) === SQLITE_IOERR && errcode !== SQLITE_IOERR_FSYNC;
  return ioError && freeBytes(path) < NO_SPACE_BYTES;
}

/** The space left for a file at `path`. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}

/** The same error, or the typed one when reading the tables has failed because they are damaged. */
export function asTablesDamage(error: unknown): unknown {
  if (isDamagedTables(error)) return error;
  const errcode = primary((error as { errcode?: number } | undefined)?.errcode ?? 0);
  const damaged =
    errcode === SQLITE_CORRUPT || errcode === SQLITE_NOTADB || error instanceof SyntaxError;
  return damaged ? damagedTables(String(error)) : error;
}

function primary(errcode: number): number {
  return errcode & 0xff;
}
