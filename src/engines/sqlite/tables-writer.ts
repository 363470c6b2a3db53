// Follows the journal and keeps the tables behind it: accounts, numbers, documents, requests. One
// transaction takes many entries and the position with them, so that it can stop anywhere and go on.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Document } from '../contract.ts';
import { crashPoint } from '../crash-point.ts';
import { decodeDocument } from '../document-text.ts';
import { meta, setMeta } from './files.ts';
import {
  BUCKETS,
  bucketOf,
  FingerprintSet,
  GENERATION_SIZE,
  generationOf,
} from './fingerprint-set.ts';
import { documentTextsOf, type Envelope, envelopeOf } from './journal-line.ts';
import type { JournalReader } from './journal-reader.ts';
import { openRequests } from './open-requests.ts';
import { OwnerRows } from './owner-rows.ts';
import { RequestGenerations } from './request-generations.ts';
import { requestFingerprint } from './request-index.ts';
import { sumOf } from './row-sums.ts';
import { Segments } from './segments.ts';
import { readCounts, sealTables, type TableCounts } from './tables-check.ts';

/** Entries in one transaction of the tables. */
export const ENTRIES_PER_COMMIT = 49_152;

export interface ClosedGeneration {
  index: number;
  fingerprints: Uint32Array;
  /** Generations that are not needed any more. */
  dropped: number[];
}

export class TablesWriter {
  readonly #tables: DatabaseSync;
  readonly #journal: JournalReader;
  readonly #segments: Segments;
  readonly #generations: RequestGenerations;
  readonly #rows: OwnerRows;
  readonly #named: StatementSync;
  readonly #nameAgain: StatementSync;
  readonly #counts: TableCounts;
  #requests: { fingerprints: number[]; positions: number[] } = { fingerprints: [], positions: [] };
  #closed: ClosedGeneration | undefined;
  #gathered = false;
  position: number;
  #atMs = 0;

  constructor(tables: DatabaseSync, journal: JournalReader) {
    this.#tables = tables;
    this.#journal = journal;
    this.#segments = new Segments(tables);
    this.#generations = new RequestGenerations(tables);
    this.#named = tables.prepare('INSERT INTO named_document VALUES (?, ?, ?, ?, ?, ?)');
    this.#nameAgain = tables.prepare(
      'UPDATE named_document SET kind = ?, state = ?, final = ?, body = ?, sum = ? WHERE id = ?',
    );
    this.#counts = readCounts(tables);
    this.#rows = new OwnerRows(tables, this.#counts);
    this.position = Number(meta(tables, 'position') ?? 0);
  }

  /**
   * Takes one transaction's worth of entries, up to `durable`. After a throw this object is ahead of
   * its file and must not be used again.
   */
  advance(durable: number): ClosedGeneration | undefined {
    if (!this.#gathered) this.#gatherRequests();
    const end = Math.min(durable, this.position + ENTRIES_PER_COMMIT);
    this.#closed = undefined;
    // IMMEDIATE: a lock that another reader's clean-up holds for a moment is waited for.
    this.#tables.exec('BEGIN IMMEDIATE');
    try {
      while (this.position < end) {
        const batch = this.#journal.batchAfter(this.position);
        if (batch === undefined) break;
        const { first, lines } = batch;
        for (let index = this.position + 1 - first; index < lines.length; index += 1) {
          this.#take(lines[index]!);
        }
      }
      this.#flush();
      crashPoint('while-tables');
      this.#tables.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself when the disk is full.
      if (this.#tables.isTransaction) this.#tables.exec('ROLLBACK');
      throw error;
    }
    return this.#closed;
  }

  #take(line: string): void {
    const envelope = envelopeOf(line);
    const [position, atMs, , , , events, [principal, key]] = envelope;
    this.#rows.take(envelope);
    for (const text of documentTextsOf(line)) this.#document(decodeDocument(text), text);
    this.#events(events);
    this.position = position;
    this.#atMs = atMs;
    if (key !== undefined) this.#request({ principal: principal!, key }, position);
    if (position % GENERATION_SIZE === 0) this.#closeGeneration();
  }

  #document(document: Document, text: string): void {
    const { id, kind, state } = document;
    if (!id.startsWith(`${kind}:`)) {
      this.#generations.changed(document, this.#segments.put(document, text));
      return;
    }
    const final = document.final === true ? 1 : 0;
    const sum = sumOf(id, kind, state, final, text);
    if (Number(this.#nameAgain.run(kind, state, final, text, sum, id).changes) === 1) return;
    this.#named.run(id, kind, state, final, text, sum);
    this.#counts.named += 1;
  }

  #events(events: Envelope[5]): void {
    for (const [type, , data] of events) {
      if (type !== 'store.resumed') continue;
      setMeta(this.#tables, 'due_not_before_ms', Number(data?.dueNotBeforeMs ?? 0));
    }
  }

  #request(request: { principal: string; key: string }, position: number): void {
    this.#requests.fingerprints.push(requestFingerprint(request));
    this.#requests.positions.push(position);
  }

  /** Stores the requests of a full generation in buckets, so that one is found by one read. */
  #closeGeneration(): void {
    const { fingerprints, positions } = this.#requests;
    const set = new FingerprintSet();
    const buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
    fingerprints.forEach((fingerprint, index) => {
      set.add(fingerprint);
      buckets[bucketOf(fingerprint)]!.push(fingerprint, positions[index]!);
    });
    const insert = this.#tables.prepare('INSERT INTO request_bucket VALUES (?, ?, ?, ?)');
    const index = generationOf(this.position);
    buckets.forEach((pairs, bucket) => {
      if (pairs.length === 0) return;
      const body = Buffer.from(Float64Array.from(pairs).buffer);
      insert.run(index, bucket, body, sumOf(`${index} ${bucket}`, body.toString('latin1')));
      this.#counts.buckets += 1;
    });
    this.#requests = { fingerprints: [], positions: [] };
    setMeta(this.#tables, 'generations', index + 1);
    this.#closed = {
      index,
      fingerprints: set.slots,
      dropped: [...(this.#closed?.dropped ?? []), ...this.#dropOld(index)],
    };
  }

  #dropOld(index: number): number[] {
    const drop = this.#tables.prepare('DELETE FROM request_bucket WHERE generation = ?');
    const old = this.#generations.close(index, this.#atMs);
    for (const each of old) this.#counts.buckets -= Number(drop.run(each).changes);
    return old;
  }

  /** After a restart: the requests since the last closed generation. Not while the start waits. */
  #gatherRequests(): void {
    this.#gathered = true;
    for (const request of openRequests(this.#journal, this.position)) {
      this.#request(request, request.position);
    }
  }

  #flush(): void {
    this.#rows.flush();
    this.#segments.flush();
    this.#generations.flush();
    setMeta(this.#tables, 'position', this.position);
    setMeta(this.#tables, 'at_ms', this.#atMs);
    sealTables(this.#tables, this.#counts);
  }
}
