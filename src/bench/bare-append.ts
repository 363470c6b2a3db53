// The yardstick of durable writing: a bare loop that appends the same bytes in the same batches,
// synced, through the same library. No Holdfast can be faster than the disk lets it be.

import type { DatabaseSync } from 'node:sqlite';
import { openDatabaseFile, removeFiles } from './files.ts';

export interface RecordedBatch {
  entries: number;
  body: Uint8Array;
}

/** Batches as they stand in a journal after a position, evenly taken, at most `limit`. */
export function recordedBatches(path: string, after: number, limit: number): RecordedBatch[] {
  const journal = openDatabaseFile(path, { readOnly: true });
  const rows = journal
    .prepare('SELECT first, last FROM journal WHERE first > ? ORDER BY first')
    .all(after);
  const step = Math.max(1, Math.floor(rows.length / limit));
  const body = journal.prepare('SELECT body FROM journal WHERE first = ?');
  const batches: RecordedBatch[] = [];
  for (let index = 0; index < rows.length && batches.length < limit; index += step) {
    const { first, last } = rows[index]!;
    const found = body.get(Number(first))!;
    const entries = Number(last) - Number(first) + 1;
    batches.push({ entries, body: found.body as Uint8Array });
  }
  journal.close();
  return batches;
}

export class BareAppend {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #batches: readonly RecordedBatch[];
  #next = 0;
  #first = 1;

  constructor(path: string, batches: readonly RecordedBatch[]) {
    this.#path = path;
    this.#batches = batches;
    removeFiles(path);
    this.#database = openDatabaseFile(path);
    this.#database.exec(`
      PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE journal (first INTEGER PRIMARY KEY, last INTEGER, at_ms INTEGER, body BLOB)`);
  }

  /** Entries per second over a time. */
  run(forMs: number): number {
    const append = this.#database.prepare('INSERT INTO journal VALUES (?, ?, ?, ?)');
    const startMs = performance.now();
    let entries = 0;
    while (performance.now() - startMs < forMs) {
      const batch = this.#batches[this.#next % this.#batches.length]!;
      this.#next += 1;
      append.run(this.#first, this.#first + batch.entries - 1, Date.now(), batch.body);
      this.#first += batch.entries;
      entries += batch.entries;
    }
    return (entries * 1_000) / (performance.now() - startMs);
  }

  close(): void {
    this.#database.close();
    removeFiles(this.#path);
  }
}
