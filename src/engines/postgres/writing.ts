// Writes what a decided batch has changed: one row for each thing, however many transactions touched
// it. Every row is written only if it is as it was loaded, or, where that is enough, if its balance is
// within bounds. Must not decide.

import type { Applied } from '../../kernel/apply.ts';
import type { AccountChange } from '../../kernel/overlay.ts';
import type { AccountId, Document } from '../contract.ts';
import { dueAtMs, isAskedFor, isNamed } from '../document-store.ts';
import { arrayText, bigintArray, booleanArray, integerArray, textArray } from './array-values.ts';
import type { BalanceBounds } from './balance-bounds.ts';
import { type ClaimRow, claimRowsOf } from './claim-rows.ts';
import type { Connection, Rows } from './connections.ts';
import { livesBegunBy } from './lives.ts';
import type { LoadedRows } from './loaded-state.ts';
import type { CommitStatements } from './statements.ts';

export interface Written {
  batch: number | undefined;
  atMs: number;
  /** Of accounts; without them a balance must be what was loaded. */
  bounds?: ReadonlyMap<AccountId, BalanceBounds> | undefined;
}

/** The accounts and owners that a batch changes: all, or those that are kept in one place. */
export type StockRows = Pick<Applied, 'accounts' | 'owners'>;

interface Writing {
  applied: Applied;
  rows: LoadedRows;
  written: Written;
  /** Where some of it is kept elsewhere: the share that is not. */
  stock?: StockRows;
}

/** Whether all was written. If not, a row was not as it must be, and nothing may be committed. */
export async function writeApplied(
  connection: Connection,
  statements: CommitStatements,
  { applied, rows, written, stock = applied }: Writing,
): Promise<boolean> {
  const documents = [...applied.documents.values()];
  const { added, removed } = claimChanges(documents, rows);
  const updated = documents.filter(({ id }) => rows.documents.has(id));
  const inserted = documents.filter(({ id }) => !rows.documents.has(id));
  const [counts] = await connection.run(statements.write, [
    ...stockValues(stock, rows, written),
    ...documentValues(inserted),
    ...documentValues(updated),
    integerArray(updated.map(({ id }) => rows.documents.get(id)!.version)),
    ...claimValues(added),
    ...claimValues(removed).slice(0, 3),
    written.batch ?? null,
    applied.entries.length,
    JSON.stringify(applied.entries.map(({ position: _, ...entry }) => entry)),
    livesBegunBy(applied.entries),
    documents.some(isNamed),
  ]);
  return isStockWritten(counts!, stock) && counts!.updated === updated.length;
}

/** The values of a statement that writes accounts and owners: its first six. */
export function stockValues(
  { accounts, owners }: StockRows,
  rows: LoadedRows,
  { atMs, bounds }: Pick<Written, 'atMs' | 'bounds'>,
): unknown[] {
  const changed = accounts.filter(({ was }) => was !== undefined);
  const created = accounts.filter(({ was }) => was === undefined);
  return [
    JSON.stringify(changed.map((account) => accountChange(account, bounds))),
    JSON.stringify(
      created.map(({ id, owner: { owner }, balance, floor, inflow }) => {
        return { id, owner, balance, floor, inflow };
      }),
    ),
    atMs,
    owners.map(({ owner }) => owner),
    owners.map(({ seq }) => seq),
    owners.map(({ owner }) => rows.seqs.get(owner) ?? 0),
  ];
}

/** By what the statement has counted. */
export function isStockWritten(counts: Rows[number], { accounts, owners }: StockRows): boolean {
  const changed = accounts.filter(({ was }) => was !== undefined).length;
  return counts.changed === changed && counts.raised === owners.length;
}

function accountChange(
  { id, was, balance, floor, inflow }: AccountChange,
  bounds: Written['bounds'],
) {
  const loaded = was!;
  const { least, most } = bounds?.get(id) ?? { least: loaded.balance, most: loaded.balance };
  return {
    ...{ id, least, most, delta: balance - loaded.balance },
    ...{ floor_was: loaded.floor, floor, inflows: inflow - loaded.inflow },
  };
}

/** What a version files as the one before it did stays: one statement cannot delete and insert a row. */
export function claimChanges(documents: readonly Document[], rows: LoadedRows) {
  const added: ClaimRow[] = [];
  const removed: ClaimRow[] = [];
  for (const document of documents) {
    const before = rows.documents.get(document.id);
    const was = before === undefined ? [] : claimRowsOf(before);
    const is = claimRowsOf(document);
    for (const row of is) if (!was.some((each) => isSame(each, row))) added.push(row);
    for (const row of was) if (!is.some((each) => isSame(each, row))) removed.push(row);
  }
  return { added, removed };
}

function isSame(one: ClaimRow, other: ClaimRow): boolean {
  return one.account === other.account && one.dueMs === other.dueMs;
}

/** Lists for a statement, in the order of the table's columns. */
export function documentValues(
  documents: readonly Document[],
  textOf: (document: Document) => string = JSON.stringify,
): unknown[] {
  const text = (of: (document: Document) => string | undefined) => textArray(documents.map(of));
  return [
    text(({ id }) => id),
    text(({ kind }) => kind),
    integerArray(documents.map(({ version }) => version)),
    text(({ state }) => state),
    booleanArray(documents.map(({ final = false }) => final)),
    bigintArray(documents.map(dueAtMs)),
    bigintArray(documents.map(liveMs)),
    text(({ buyer }) => buyer),
    text(({ reference }) => reference),
    text(({ owners = [] }) => arrayText(owners)),
    text(({ releaseTo }) => (typeof releaseTo === 'object' ? releaseTo.release : undefined)),
    text(textOf),
  ];
}

function liveMs(document: Document): number | undefined {
  return document.final !== true && isAskedFor(document) ? document.createdAtMs : undefined;
}

/** Lists for a statement: accounts, deadlines, documents, whether they are undecided. */
export function claimValues(rows: readonly ClaimRow[]): unknown[] {
  return [
    textArray(rows.map(({ account }) => account)),
    bigintArray(rows.map(({ dueMs }) => dueMs)),
    textArray(rows.map(({ document }) => document)),
    booleanArray(rows.map(({ tentative }) => tentative)),
  ];
}
