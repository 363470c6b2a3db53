// Whether the tables hold what was written to them: counts and sums of everything that a start reads,
// and, of tables that are not large, of every row and page. Reads only; what is damaged is named.

import type { DatabaseSync } from 'node:sqlite';
import { meta, setMeta } from './files.ts';
import { linesOfBody } from './owner-text.ts';
import {
  blobSum,
  checkSum,
  type DocumentColumns,
  damagedTables,
  documentSum,
  sumOf,
} from './row-sums.ts';

/** Up to here every row is looked at, a matter of half a second; beyond it only what a start reads. */
const WHOLE_MAX_BYTES = 64 * 2 ** 20;

type Row = Record<string, unknown>;

/** How many rows there are of what nobody counts otherwise. */
export interface TableCounts {
  owners: number;
  named: number;
  buckets: number;
}

export function readCounts(tables: DatabaseSync): TableCounts {
  const text = meta(tables, 'counts');
  if (text === undefined) return { owners: 0, named: 0, buckets: 0 };
  return JSON.parse(String(text)) as TableCounts;
}

/** Call last in each transaction of the tables. */
export function sealTables(tables: DatabaseSync, counts: TableCounts): void {
  setMeta(tables, 'counts', JSON.stringify(counts));
  setMeta(tables, 'sum', sealOf(tables));
}

/** @throws HoldfastError when something is not as it was written */
export function checkTables(tables: DatabaseSync): void {
  tables.exec('BEGIN');
  try {
    checkSeal(tables);
    if (bytesOf(tables) > WHOLE_MAX_BYTES) return;
    const [found] = tables.prepare('PRAGMA integrity_check(1)').all();
    const said = String(Object.values(found ?? {})[0]);
    if (said !== 'ok') throw damagedTables(said);
    checkRows(tables, readCounts(tables));
    for (const { n, rows, live } of tables.prepare('SELECT * FROM segment').all()) {
      checkSegment(tables, { n: Number(n), rows: Number(rows), live: Number(live) });
    }
  } finally {
    tables.exec('COMMIT');
  }
}

/** @throws HoldfastError when `meta` or the list of segments is not as it was written */
export function checkSeal(tables: DatabaseSync): void {
  const sum = meta(tables, 'sum');
  // New tables, with nothing in them yet.
  if (sum === undefined && meta(tables, 'position') === undefined) return;
  checkSum(sum, sealOf(tables), 'meta');
}

export function checkOwners({ n, body, sum }: Row): void {
  checkSum(sum, sumOf(Number(n), String(body)), `owners ${n}`);
}

export function checkNamed({ id, kind, state, final, body, sum }: Row): void {
  const expected = sumOf(String(id), String(kind), String(state), Number(final), String(body));
  checkSum(sum, expected, `document ${id}`);
}

export function checkDocument(row: Row): void {
  const columns = row as unknown as DocumentColumns;
  checkSum(row.sum, documentSum(columns, String(row.body)), `document ${row.id}`);
}

export function checkBucket({ generation, bucket, body, sum }: Row): void {
  const where = `${generation} ${bucket}`;
  const expected = sumOf(where, Buffer.from(body as Uint8Array).toString('latin1'));
  checkSum(sum, expected, `requests ${where}`);
}

export function checkStart({ n, block, start_id, sum }: Row): void {
  const expected = sumOf(Number(n), Number(block), String(start_id));
  checkSum(sum, expected, `block ${block} of segment ${n}`);
}

export function checkFacts({ n, part, body, sum }: Row): void {
  checkSum(sum, blobSum(`${n} ${part}`, body as Uint8Array), `facts of segment ${n}`);
}

export function checkKeys({ n, block, body, sum }: Row): void {
  checkSum(sum, blobSum(`${n} ${block}`, body as Uint8Array), `keys of block ${n} ${block}`);
}

export function checkCount(found: number, expected: number, what: string): void {
  if (found !== expected) throw damagedTables(`${found} ${what} of ${expected}`);
}

function checkRows(tables: DatabaseSync, counts: TableCounts): void {
  const every = (table: string, check: (row: Row) => void, expected?: number) => {
    let found = 0;
    for (const row of tables.prepare(`SELECT * FROM ${table}`).iterate()) {
      check(row);
      found += 1;
    }
    if (expected !== undefined) checkCount(found, expected, `rows of ${table}`);
  };
  let owners = 0;
  every('owners', (row) => {
    checkOwners(row);
    owners += linesOfBody(String(row.body)).length;
  });
  checkCount(owners, counts.owners, 'owners');
  every('named_document', checkNamed, counts.named);
  every('request_bucket', checkBucket, counts.buckets);
  every('block_start', checkStart);
  every('block_facts', checkFacts);
  every('block_keys', checkKeys);
}

function checkSegment(
  tables: DatabaseSync,
  { n, rows, live }: { n: number; rows: number; live: number },
): void {
  let found = 0;
  let foundLive = 0;
  for (const row of tables.prepare(`SELECT * FROM document_${n}`).iterate()) {
    checkDocument(row);
    found += 1;
    if (row.final === 0) foundLive += 1;
  }
  checkCount(found, rows, `documents in segment ${n}`);
  checkCount(foundLive, live, `live documents in segment ${n}`);
}

function sealOf(tables: DatabaseSync): number {
  const facts = tables.prepare("SELECT key, value FROM meta WHERE key <> 'sum' ORDER BY key").all();
  const segments = tables.prepare('SELECT * FROM segment ORDER BY n').all();
  return sumOf(JSON.stringify([facts, segments]));
}

function bytesOf(tables: DatabaseSync): number {
  const pages = Number(tables.prepare('PRAGMA page_count').get()?.page_count);
  return pages * Number(tables.prepare('PRAGMA page_size').get()?.page_size);
}
