// Reads the tables through a connection of its own: what the start needs, single documents that have
// left memory, and where a closed generation's requests were answered.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ByteWriter } from '../byte-writer.ts';
import type { Document } from '../contract.ts';
import { decodeDocument } from '../document-text.ts';
import type { LiveState } from '../live-state.ts';
import { liveBodies } from './checkpoint.ts';
import { meta, openTablesReader } from './files.ts';
import { bucketOf, FingerprintSet } from './fingerprint-set.ts';
import { firstKept } from './request-generations.ts';
import { asTablesDamage } from './store-failure.ts';
import { storedOwners } from './stored-owners.ts';
import { checkBucket, checkCount, checkDocument, checkSeal, readCounts } from './tables-check.ts';

export class TablesReader {
  readonly #tables: DatabaseSync;
  readonly #bucket: StatementSync;
  readonly #segment: StatementSync;
  readonly #bodies = new Map<number, StatementSync>();

  constructor(path: string) {
    this.#tables = openTablesReader(path);
    this.#bucket = this.#tables.prepare(
      'SELECT * FROM request_bucket WHERE generation = ? AND bucket = ?',
    );
    this.#segment = this.#tables.prepare(
      'SELECT n FROM segment WHERE start_id <= ? ORDER BY n DESC LIMIT 1',
    );
  }

  /** Fills an empty state with all that is live; returns the moment before which nothing is due. */
  load(state: LiveState): { position: number; dueNotBeforeMs: number } {
    const tables = this.#tables;
    tables.exec('BEGIN');
    checkSeal(tables);
    const counts = readCounts(tables);
    for (const { id, seq, accounts } of storedOwners(tables)) state.putOwner(id, seq, accounts);
    checkCount(state.owners, counts.owners, 'owners');
    const bytes = new ByteWriter();
    for (const text of liveBodies(tables)) {
      bytes.clear();
      bytes.text(text);
      state.putDocument(decodeDocument(text), { bytes: bytes.bytes, start: 0, end: bytes.length });
    }
    const position = Number(meta(tables, 'position') ?? 0);
    const dueNotBeforeMs = Number(meta(tables, 'due_not_before_ms') ?? 0);
    tables.exec('COMMIT');
    state.position = position;
    return { position, dueNotBeforeMs };
  }

  /** Who is in each closed generation. */
  *generations(): Generator<{ index: number; fingerprints: Uint32Array }> {
    const count = Number(meta(this.#tables, 'generations') ?? 0);
    const bodies = this.#tables.prepare('SELECT * FROM request_bucket WHERE generation = ?');
    for (let index = firstKept(this.#tables) ?? count; index < count; index += 1) {
      const set = new FingerprintSet();
      for (const row of bodies.iterate(index)) {
        checkBucket(row);
        const pairs = pairsOf(row.body as Uint8Array);
        for (let at = 0; at < pairs.length; at += 2) set.add(pairs[at]!);
      }
      yield { index, fingerprints: set.slots };
    }
  }

  stored(generation: number, fingerprint: number): number[] {
    const row = this.#bucket.get(generation, bucketOf(fingerprint));
    if (row === undefined) return [];
    checkBucket(row);
    const pairs = pairsOf(row.body as Uint8Array);
    const positions: number[] = [];
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] === fingerprint) positions.push(pairs[at + 1]!);
    }
    return positions;
  }

  /** @throws HoldfastError when the tables are damaged there */
  document(id: string): Document | undefined {
    try {
      return this.#read(id);
    } catch (error) {
      throw asTablesDamage(error);
    }
  }

  close(): void {
    this.#tables.close();
  }

  #read(id: string): Document | undefined {
    const segment = this.#segment.get(id);
    if (segment === undefined) return undefined;
    const n = Number(segment.n);
    let body = this.#bodies.get(n);
    if (body === undefined) {
      body = this.#tables.prepare(`SELECT * FROM document_${n} WHERE id = ?`);
      this.#bodies.set(n, body);
    }
    const row = body.get(id);
    if (row === undefined) return undefined;
    checkDocument(row);
    return decodeDocument(String(row.body));
  }
}

function pairsOf(body: Uint8Array): Float64Array {
  // The blob may start anywhere in its buffer; float64 must not.
  return new Float64Array(body.slice().buffer);
}
