// Reads the journal through a connection of its own: single entries, ranges, and the checkpoints; what
// has left for the archive, from there. Sees only what is durable.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HoldfastError } from '../../errors.ts';
import type { Entry } from '../contract.ts';
import { ArchiveReader } from './archive/archive-reader.ts';
import { openJournalReader } from './files.ts';
import { decodeLine, lineAt, linesOf } from './journal-line.ts';
import { checkBatch, checkPart } from './row-sums.ts';

export interface JournalBatch {
  first: number;
  last: number;
  lines: string[];
}

export class JournalReader {
  readonly #journal: DatabaseSync;
  readonly #at: StatementSync;
  readonly #after: StatementSync;
  readonly #archive: ArchiveReader;

  /** `archive`: the folder of its archive, if not where the journal says. */
  constructor(path: string, { archive }: { archive?: string } = {}) {
    this.#journal = openJournalReader(path);
    this.#archive = new ArchiveReader(this.#journal, path, archive);
    this.#at = this.#journal.prepare(
      'SELECT * FROM journal WHERE first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.#after = this.#journal.prepare(
      'SELECT * FROM journal WHERE first > ? ORDER BY first LIMIT 1',
    );
  }

  /** The position of the last entry; 0 when there is none. */
  get last(): number {
    return Number(this.#at.get(Number.MAX_SAFE_INTEGER)?.last ?? this.#archive.index.last);
  }

  entry(position: number): Entry | undefined {
    // The journal is asked first: rows are deleted in the moment in which the archive is known to have
    // them.
    const row = this.#at.get(position) ?? this.#archived(position);
    if (row === undefined || Number(row.last) < position) return undefined;
    checkBatch(row);
    return decodeLine(lineAt(row.body as Uint8Array, position - Number(row.first)));
  }

  /** Entries after a position, at most `limit`. */
  entries({ after, limit }: { after: number; limit: number }): Entry[] {
    const found: Entry[] = [];
    let position = after;
    while (found.length < limit) {
      const batch = this.batchAfter(position);
      if (batch === undefined) break;
      const lines = batch.lines.slice(position + 1 - batch.first);
      for (const line of lines.slice(0, limit - found.length)) found.push(decodeLine(line));
      position = batch.last;
    }
    return found;
  }

  /** The batch that holds the entry after a position. */
  batchAfter(position: number): JournalBatch | undefined {
    let row = this.#at.get(position + 1) ?? this.#archived(position + 1);
    if (row === undefined || Number(row.last) <= position) row = this.#after.get(position);
    if (row === undefined) return undefined;
    if (Number(row.first) > position + 1) {
      throw new HoldfastError('unavailable', `the journal lacks entry ${position + 1}`);
    }
    checkBatch(row);
    return {
      first: Number(row.first),
      last: Number(row.last),
      lines: linesOf(row.body as Uint8Array),
    };
  }

  /** The latest whole checkpoint up to a moment. */
  checkpoint(atMs: number): { position: number; atMs: number; parts: number } | undefined {
    const row = this.#journal
      .prepare(
        `SELECT position, at_ms, parts FROM checkpoint
         WHERE parts IS NOT NULL AND at_ms <= ? ORDER BY position DESC LIMIT 1`,
      )
      .get(atMs);
    if (row === undefined) return undefined;
    return { position: Number(row.position), atMs: Number(row.at_ms), parts: Number(row.parts) };
  }

  /** The lines of a checkpoint's part. */
  checkpointPart(position: number, part: number): string[] {
    const row = this.#journal
      .prepare('SELECT * FROM checkpoint_part WHERE position = ? AND part = ?')
      .get(position, part);
    if (row === undefined) {
      throw new HoldfastError('unavailable', `the checkpoint at ${position} is gone; ask again`);
    }
    checkPart(row);
    return linesOf(row.body as Uint8Array);
  }

  #archived(position: number): Record<string, unknown> | undefined {
    return this.#archive.row(position) as Record<string, unknown> | undefined;
  }

  close(): void {
    this.#journal.close();
  }
}
