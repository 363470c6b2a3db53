// The files that a killed process left behind: makes them once, hands out copies to be damaged, and
// knows where in the WAL the acknowledged part ends. Must leave the originals alone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TimeSource } from '../../src/engines/clock.ts';

const FILL = join(import.meta.dirname, 'fill.ts');
const FILES = ['journal.db', 'journal.db-wal', 'journal.db.tables', 'journal.db.tables-wal'];

export interface LeftBehind {
  directory: string;
  /** How many commands were acknowledged: each is an entry. */
  acknowledged: number;
  /** A clock that stands at the moment of the kill: no time passes for the copies. */
  time: TimeSource;
}

/** Fills an engine in a child process and kills it. */
export async function leaveBehind(root: string, cycles: number): Promise<LeftBehind> {
  const directory = mkdtempSync(join(root, 'left-'));
  const child = spawn(
    process.execPath,
    [FILL, `sqlite:${join(directory, 'journal.db')}`, `${cycles}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exit = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), exit.then(() => undefined)]);
  if (said === undefined) throw new Error('the process ended before it had filled the engine');
  child.kill('SIGKILL');
  await exit;
  const wallMs = Date.now();
  const time = { wallMs: () => wallMs, monotonicMs: () => 0 };
  return { directory, time, acknowledged: JSON.parse(String(said[0])).acknowledged };
}

/** Copies the files; gives back the path of the journal's copy. */
export function copyOf({ directory }: LeftBehind, root: string): string {
  const copy = mkdtempSync(join(root, 'copy-'));
  for (const file of FILES) {
    if (existsSync(join(directory, file))) cpSync(join(directory, file), join(copy, file));
  }
  return join(copy, 'journal.db');
}

/**
 * The same files as if the process had died right after a checkpoint: all pages are in the journal's
 * main file, and the WAL still has them too.
 */
export function checkpointed(left: LeftBehind, root: string): LeftBehind {
  const path = copyOf(left, root);
  const journal = new DatabaseSync(path);
  journal.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  const after = { ...left, directory: `${dirname(path)}-checkpointed` };
  mkdirSync(after.directory);
  for (const file of FILES) {
    if (existsSync(join(dirname(path), file))) {
      cpSync(join(dirname(path), file), join(after.directory, file));
    }
  }
  journal.close();
  return after;
}

/** The same files with everything in the main files, none of it in a WAL. */
export function settled(left: LeftBehind): LeftBehind {
  for (const file of ['journal.db', 'journal.db.tables']) {
    const database = new DatabaseSync(join(left.directory, file));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  }
  return left;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Where the last whole transaction in a WAL ends (https://sqlite.org/fileformat2.html#walformat). */
export function committedBytes(walPath: string): number {
  const wal = readFileSync(walPath);
  const pageSize = wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let committed = HEADER_BYTES;
  for (let at = HEADER_BYTES; at + FRAME_HEADER_BYTES + pageSize <= wal.length; ) {
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    const commits = wal.readUInt32BE(at + 4) !== 0;
    at += FRAME_HEADER_BYTES + pageSize;
    if (commits) committed = at;
  }
  return committed;
}
