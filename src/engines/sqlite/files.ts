// Opens the SQLite files: the journal, the tables behind it, and the lock that keeps a second
// process away. Knows pragmas and versions, nothing of what is kept.

import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { HoldfastError } from '../../errors.ts';
import { GENERATION_SIZE, GENERATION_SIZE_DEFAULT } from './fingerprint-set.ts';
import { isDiskFull } from './store-failure.ts';

export interface SqlitePaths {
  journal: string;
  tables: string;
  lock: string;
}

export function pathsOf(path: string): SqlitePaths {
  return { journal: path, tables: `${path}.tables`, lock: `${path}.lock` };
}

const JOURNAL_MIGRATIONS = [
  ...['journal-001.sql', 'journal-002.sql', 'journal-003.sql', 'journal-004.sql'],
];
const TABLES_VERSION = 9;

// Pages in a log before they are copied into its file, which ends in two synced writes. Whoever
// commits meanwhile waits for the disk: with SQLite's 1,000 (16 MB) a copy of the tables held up the
// journal for 5 to 14 ms. In a storm of expiries the p99 of a reserve was 13.5 ms, and 8.3 with these
// (means of three alternating runs).
const JOURNAL_LOG_PAGES = 300;
const TABLES_LOG_PAGES = 100;

// Bigger pages mean fewer WAL frames per batch: 700 KB batches went from 470,000 to 631,000
// entries/s of 700 bytes between 4 KiB and 16 KiB pages.
const PAGE_SIZE = 16_384;

/**
 * Refuses an SQLite that can corrupt a database in WAL mode (the WAL-reset bug, before 3.51.3, mended
 * also in 3.50.7 and 3.44.6; https://sqlite.org/wal.html#walresetbug).
 *
 * @throws HoldfastError `unavailable`
 */
export function checkSqliteVersion(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const rank = major * 1_000_000 + minor * 1_000 + patch;
  const mended =
    (rank >= 3_051_003 && rank !== 3_052_000) ||
    (rank >= 3_050_007 && rank < 3_051_000) ||
    (rank >= 3_044_006 && rank < 3_045_000);
  if (mended) return;
  throw new HoldfastError(
    'unavailable',
    `SQLite ${version} can corrupt a database (WAL-reset bug); use a Node.js with 3.51.3 or newer`,
  );
}

/**
 * Takes the files for this process; released when the returned database is closed or the process
 * dies.
 *
 * @throws HoldfastError `unavailable` when another process has them
 */
export function lockFiles(paths: SqlitePaths): DatabaseSync {
  const lock = openDatabase(paths.lock);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    const message = `${paths.journal} is in use by another process; only one may own it`;
    throw new HoldfastError('unavailable', message, { path: paths.journal, cause: String(cause) });
  }
}

/** Opens the journal for writing and brings its schema up to date. */
export function openJournalWriter(path: string): DatabaseSync {
  const journal = openDatabase(path);
  journal.exec(`PRAGMA page_size = ${PAGE_SIZE}; PRAGMA journal_mode = WAL`);
  journal.exec(`PRAGMA wal_autocheckpoint = ${JOURNAL_LOG_PAGES}`);
  journal.exec(
    `PRAGMA synchronous = ${process.env.HOLDFAST_SYNCHRONOUS === 'OFF' ? 'OFF' : 'FULL'}`,
  );
  const version = userVersion(journal);
  if (version > JOURNAL_MIGRATIONS.length) {
    const message = `${path} was written by a newer Holdfast (journal version ${version})`;
    throw new HoldfastError('unavailable', message);
  }
  for (let next = version; next < JOURNAL_MIGRATIONS.length; next += 1) {
    journal.exec('BEGIN IMMEDIATE');
    journal.exec(sql(JOURNAL_MIGRATIONS[next]!));
    if (next === 0) {
      journal.prepare('INSERT INTO meta VALUES (?, ?)').run('journal_id', randomUUID());
    }
    journal.exec(`PRAGMA user_version = ${next + 1}; COMMIT`);
  }
  becomeItsOwn(journal);
  return journal;
}

/**
 * A copy that is written to is another journal than the one it was copied from: tables of the other
 * one are not its own, and positions after the copy mean something else.
 */
function becomeItsOwn(journal: DatabaseSync): void {
  if (meta(journal, 'copy_of') === undefined) return;
  journal.exec('BEGIN IMMEDIATE');
  setMeta(journal, 'journal_id', randomUUID());
  journal.exec("DELETE FROM meta WHERE key = 'copy_of'; COMMIT");
}

export function openJournalReader(path: string): DatabaseSync {
  return openDatabase(path, true);
}

/** Keeps journal and tables open, and with them the files that SQLite makes beside them. */
export function heldOpen(paths: SqlitePaths): () => void {
  const held = [paths.journal, paths.tables].map((path) => {
    const database = openDatabase(path, true);
    meta(database, 'journal_id');
    return database;
  });
  return () => {
    for (const database of held) database.close();
  };
}

/**
 * Opens the tables for writing; begins anew when they belong to another journal, keep requests in
 * generations of another size, or are damaged.
 */
export function openTablesWriter(path: string, journalId: string): DatabaseSync {
  try {
    const tables = prepareTables(path);
    const isOwn = meta(tables, 'journal_id') === journalId;
    const size = Number(meta(tables, 'generation_size') ?? GENERATION_SIZE_DEFAULT);
    if (isOwn && size === GENERATION_SIZE && userVersion(tables) === TABLES_VERSION) return tables;
    tables.close();
  } catch (error) {
    if (isDiskFull(error, path)) throw error;
    // Damaged beyond opening: they are made again.
  }
  removeDatabase(path);
  const tables = prepareTables(path);
  setMeta(tables, 'journal_id', journalId);
  setMeta(tables, 'generation_size', GENERATION_SIZE);
  return tables;
}

/** Deletes the tables of the journal at `path`: the next open makes them again. */
export function removeTables(path: string): void {
  removeDatabase(pathsOf(path).tables);
}

/** Deletes the file of a database and what stands beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

export function openTablesReader(path: string): DatabaseSync {
  return openDatabase(path, true);
}

function prepareTables(path: string): DatabaseSync {
  const tables = openDatabase(path);
  tables.exec(`PRAGMA page_size = ${PAGE_SIZE}; PRAGMA journal_mode = WAL`);
  // NORMAL: may forget the last transactions with the power, never corrupts; the journal knows all.
  tables.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536');
  tables.exec(`PRAGMA wal_autocheckpoint = ${TABLES_LOG_PAGES}`);
  if (userVersion(tables) === 0) {
    tables.exec('BEGIN IMMEDIATE');
    tables.exec(sql('tables-001.sql'));
    tables.exec(`PRAGMA user_version = ${TABLES_VERSION}; COMMIT`);
  }
  return tables;
}

export function meta(database: DatabaseSync, key: string): number | string | undefined {
  const row = database.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  return row?.value as number | string | undefined;
}

export function setMeta(database: DatabaseSync, key: string, value: number | string): void {
  database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(key, value);
}

function userVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()!.user_version);
}

function openDatabase(path: string, readOnly = false): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly, timeout: 1_000 });
  } catch (cause) {
    throw new HoldfastError('unavailable', `cannot open ${path}: ${String(cause)}`, { path });
  }
}

function sql(name: string): string {
  return readFileSync(new URL(`./sql/${name}`, import.meta.url), 'utf8');
}
