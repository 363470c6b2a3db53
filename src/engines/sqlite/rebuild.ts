// Makes the tables of a store again from its journal, which is what a start does with tables that are
// gone. Refuses while another process owns the store.

import { existsSync } from 'node:fs';
import { lockFiles, meta, openTablesReader, pathsOf, removeTables } from './files.ts';
import { JournalReader } from './journal-reader.ts';
import { openSqlite } from './open-sqlite.ts';

const LOOK_EVERY_MS = 200;

export type RebuildProgress = (progress: { position: number; of: number }) => void;

/** @throws HoldfastError `unavailable` when another process has the store, or its journal is damaged */
export async function rebuildTables(
  path: string,
  onProgress: RebuildProgress = () => {},
): Promise<{ position: number }> {
  const paths = pathsOf(path);
  const lock = lockFiles(paths);
  removeTables(path);
  lock.close();
  const of = endOf(path);
  const timer = setInterval(() => {
    onProgress({ position: positionOf(paths.tables), of });
  }, LOOK_EVERY_MS);
  try {
    const engine = await openSqlite(path);
    const { position } = engine.health();
    // The end of the journal may have been left to memory alone.
    while (engine.tableLag > 0) await new Promise(setImmediate);
    await engine.close();
    onProgress({ position, of: position });
    return { position };
  } finally {
    clearInterval(timer);
  }
}

function endOf(path: string): number {
  const journal = new JournalReader(path);
  const { last } = journal;
  journal.close();
  return last;
}

function positionOf(tables: string): number {
  if (!existsSync(tables)) return 0;
  try {
    const reader = openTablesReader(tables);
    const position = Number(meta(reader, 'position') ?? 0);
    reader.close();
    return position;
  } catch {
    // Not made yet.
    return 0;
  }
}
