// Reads what the script answers to a batch (lua/commit.lua): the time, what there was before it, and, of
// single transactions, what the caller cannot work out by himself. Works nothing out.

import type { AccountId, DocumentId } from '../contract.ts';
import type { ReadNames } from './batch-names.ts';
import { PackReader } from './pack-reader.ts';

const GUARD = 0;
const ACCEPTED = 1;
const REPEATED = 2;
const SHORT = 3;
const OUT_OF_RANGE = 4;

/** What is told of one transaction; one of which nothing is told was accepted. */
export type Told =
  | { what: 'guard'; guard: number; condition: number }
  /** Units of each partial move, and the account of each released leg. */
  | { what: 'filled'; partial: number[]; released: AccountId[] }
  /** Answered before: by a transaction of the batch, counted from 1, or in an entry of the stream. */
  | { what: 'repeated'; first: number | string }
  | {
      what: 'short';
      move: number;
      account: AccountId;
      available: number;
      inflow: number;
      tentative: boolean;
      due: DocumentId[];
    }
  | { what: 'out-of-range'; account: AccountId };

/** A document before the batch; version 0 for none, deadline -1 for none. */
export interface DocumentBefore {
  version: number;
  createdAtMs: number;
  deadlineMs: number;
}

export interface Answer {
  nowMs: number;
  /** The number of its entry in the stream; 0 when nothing was accepted. */
  number: number;
  /** Numbers of owners before the batch, by place. */
  seqs: number[];
  /** Of owners that the batch did not name. */
  otherSeqs: Map<string, number>;
  /** Of documents that are written, by place. */
  bases: DocumentBefore[];
  /** Documents that guards failed on, as they stand in Redis, by place. */
  shown: Map<number, Buffer>;
  /** By transactions, counted from 0. */
  told: Map<number, Told>;
}

export function readAnswer(bytes: Buffer, { written }: Pick<ReadNames, 'written'>): Answer {
  const reader = new PackReader(bytes);
  reader.openList();
  const [nowMs, number] = [reader.number(), reader.number()];
  const seqs = listOf(reader, () => reader.number());
  const bases: DocumentBefore[] = [];
  while (bases.length < written) {
    const [version, createdAtMs] = [reader.number(), reader.number()];
    bases.push({ version, createdAtMs, deadlineMs: reader.number() });
  }
  const otherSeqs = new Map(listOf(reader, () => [reader.text(), reader.number()] as const));
  const shown = new Map(listOf(reader, () => [reader.number(), reader.bytes()] as const));
  const told = new Map<number, Told>();
  while (!reader.isAtEnd) told.set(reader.number() - 1, readTold(reader));
  return { nowMs, number, seqs, otherSeqs, bases, shown, told };
}

function readTold(reader: PackReader): Told {
  const what = reader.number();
  switch (what) {
    case GUARD:
      return { what: 'guard', guard: reader.number(), condition: reader.number() };
    case ACCEPTED: {
      const partial = listOf(reader, () => reader.number());
      return { what: 'filled', partial, released: listOf(reader, () => reader.text()) };
    }
    case REPEATED:
      return { what: 'repeated', first: reader.value() };
    case SHORT:
      return readShort(reader);
    case OUT_OF_RANGE:
      return { what: 'out-of-range', account: reader.text() };
    default:
      throw new TypeError(`the script told something unknown: ${what}`);
  }
}

function readShort(reader: PackReader): Told {
  const [move, account] = [reader.number(), reader.text()];
  const [available, inflow] = [reader.number(), reader.number()];
  const tentative = reader.number() === 1;
  const due = listOf(reader, () => reader.text());
  return { what: 'short', move, account, available, inflow, tentative, due };
}

function listOf<T>(reader: PackReader, read: () => T): T[] {
  const list: T[] = [];
  for (let left = reader.number(); left > 0; left -= 1) list.push(read());
  return list;
}
