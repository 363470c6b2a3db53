// What can differ between a store in Redis and its record, and how it is told apart. Pure: compares what it is
// given, and knows neither of the two.

import { isDeepStrictEqual } from 'node:util';
import type { Document, OwnerState } from '../../contract.ts';
import { deadlineOf } from '../stored-state.ts';

/** An owner's number, a balance or a floor of its accounts, a document, its deadline, its place in the index. */
export type Subject = 'number' | 'balance' | 'floor' | 'document' | 'deadline' | 'index';

export interface Difference {
  what: Subject;
  /** The owner, or the document. */
  id: string;
  /** The account, or the text of the index. */
  of?: string;
  /** Undefined: it is not there. */
  redis: string | number | undefined;
  record: string | number | undefined;
}

/** The same difference at another moment has the same name. */
export function nameOfDifference({ what, id, of = '' }: Difference): string {
  return `${what} ${id} ${of}`;
}

type Owner = Omit<OwnerState, 'document'> | undefined;

/** Inflow is no part of it: it only says that something came in. */
export function ownerDifferences(id: string, redis: Owner, record: Owner): Difference[] {
  const found: Difference[] = [];
  const seqs = { redis: redis?.seq ?? 0, record: record?.seq ?? 0 };
  if (seqs.redis !== seqs.record) found.push({ what: 'number', id, ...seqs });
  const names = new Set([
    ...Object.keys(redis?.accounts ?? {}),
    ...Object.keys(record?.accounts ?? {}),
  ]);
  for (const name of names) {
    const [here, there] = [redis?.accounts[name], record?.accounts[name]];
    for (const what of ['balance', 'floor'] as const) {
      const values = { redis: here?.[what] ?? 0, record: there?.[what] ?? 0 };
      if (values.redis !== values.record) found.push({ what, id, of: `${id}/${name}`, ...values });
    }
  }
  return found;
}

/** One that is final may have left Redis. */
export function documentDifferences(
  id: string,
  redis: Document | undefined,
  record: Document | undefined,
): Difference[] {
  if (isDeepStrictEqual(plain(redis), plain(record))) return [];
  if (redis === undefined && record?.final === true) return [];
  return [{ what: 'document', id, redis: shown(redis), record: shown(record) }];
}

/** Its deadline as the sorted set has it. */
export function deadlineDifferences(
  document: Document | undefined,
  score: number | undefined,
): Difference[] {
  if (document === undefined) return [];
  const record = deadlineOf(document);
  if (record === score) return [];
  return [{ what: 'deadline', id: document.id, redis: score, record }];
}

/** As JSON has it: what is undefined is not there. */
function plain(document: Document | undefined): unknown {
  return document === undefined ? undefined : JSON.parse(JSON.stringify(document));
}

function shown(document: Document | undefined): string | undefined {
  return document && `${document.state}, version ${document.version}`;
}
