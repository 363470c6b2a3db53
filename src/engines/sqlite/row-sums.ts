// Checksums of single rows (CRC-32), by which damage inside a page is noticed where SQLite still
// reads it. Says whether a row is as it was written; decides nothing about what follows.

import { crc32 } from 'node:zlib';
import { HoldfastError } from '../../errors.ts';
import type { Document } from '../contract.ts';

/** The sum of a row's columns, in their order. */
export function sumOf(...columns: readonly (string | number | null)[]): number {
  return crc32(columns.join('\0'));
}

/** A document's columns beside its text. */
export interface DocumentColumns {
  id: string;
  kind: string;
  state: string;
  final: 0 | 1;
  buyer: string | null;
  reference: string | null;
  /** JSON. */
  owners: string;
  /** When it falls due; null: never. */
  due: number | null;
}

export function columnsOf(document: Document): DocumentColumns {
  const { id, kind, state, buyer = null, reference = null, owners = [] } = document;
  const final = document.final === true ? 1 : 0;
  const falls = final === 0 && document.tentative !== true;
  const due = falls ? (document.deadlineMs ?? null) : null;
  return { id, kind, state, final, buyer, reference, owners: JSON.stringify(owners), due };
}

export function documentSum(columns: DocumentColumns, text: string): number {
  const { id, kind, state, final, buyer, reference, owners, due } = columns;
  return crc32(
    `${id}\0${kind}\0${state}\0${final}\0${buyer}\0${reference}\0${owners}\0${due}\0${text}`,
  );
}

/** The sum of a row that is a place and bytes. */
export function blobSum(where: string, body: Uint8Array): number {
  return crc32(body, crc32(where));
}

/** The sum of a batch's row in the journal. */
export function batchSum(
  { first, last, atMs }: { first: number; last: number; atMs: number },
  body: Uint8Array,
): number {
  return crc32(body, crc32(`${first} ${last} ${atMs}`));
}

const DAMAGED_TABLES = 'damaged-tables';

/** The tables hold what was not written there: they must be made again. */
export function damagedTables(what: string): HoldfastError {
  return new HoldfastError('unavailable', `the tables are damaged: ${what}`, {
    damage: DAMAGED_TABLES,
  });
}

export function isDamagedTables(error: unknown): boolean {
  return error instanceof HoldfastError && error.details.damage === DAMAGED_TABLES;
}

/** @throws HoldfastError when a row is not as it was written */
export function checkSum(found: unknown, expected: number, what: string): void {
  if (Number(found) !== expected) throw damagedTables(`the row of ${what}`);
}

/** The sum of a part of a checkpoint. */
export function partSum(position: number, part: number, body: Uint8Array): number {
  return crc32(body, crc32(`${position} ${part}`));
}

type Row = Record<string, unknown>;

/**
 * The sum of a journal's row, also of one that was written before there were any.
 *
 * @throws HoldfastError when it is not as it was written
 */
export function checkBatch(row: Row): number {
  const [first, last, atMs] = [Number(row.first), Number(row.last), Number(row.at_ms)];
  const sum = batchSum({ first, last, atMs }, row.body as Uint8Array);
  if ((row.sum ?? null) === null || row.sum === sum) return sum;
  throw damagedJournal(`entries ${first} to ${last} are not as they were written`);
}

/** @throws HoldfastError when a part of a checkpoint is not as it was written */
export function checkPart(row: Row): void {
  const [position, part] = [Number(row.position), Number(row.part)];
  if ((row.sum ?? null) === null || row.sum === partSum(position, part, row.body as Uint8Array))
    return;
  throw damagedJournal(`part ${part} of the checkpoint at ${position} is not as it was written`);
}

function damagedJournal(what: string): HoldfastError {
  return new HoldfastError('unavailable', `the journal is damaged: ${what}`, {
    damage: 'damaged-journal',
  });
}
