// Writes what a decided batch has changed: one row for each thing, however many transactions touched
// it. Every row is written only if it is as it was loaded, or, where that is enough, if its balance is
// within bounds. Must not decide.

import type { Applied } from '../../kernel/apply.ts';
import type { AccountChange } from '../../kernel/overlay.ts';
import type { AccountId, Document } from '../contract.ts';
import { dueAtMs, isAskedFor } from '../document-store.ts';
import type { BalanceBounds } from './balance-bounds.ts';
import { type ClaimRow, claimRowsOf } from './claim-rows.ts';
import type { Connection, Rows } from './connections.ts';
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
    JSON.stringify(inserted.map(documentRow)),
    JSON.stringify(
      updated.map((document) => {
        return { ...documentRow(document), was: rows.documents.get(document.id)!.version };
      }),
    ),
    ...unzip(added),
    written.batch ?? null,
    applied.entries.length,
    JSON.stringify(applied.entries.map(({ position: _, ...entry }) => entry)),
    ...unzip(removed).slice(0, 3),
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
function claimChanges(documents: readonly Document[], rows: LoadedRows) {
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

function documentRow(document: Document) {
  const { id, kind, version, state, final = false, buyer, reference, owners = [] } = document;
  const { releaseTo } = document;
  return {
    ...{ id, kind, version, state, final, buyer, reference, owners },
    due_ms: dueAtMs(document),
    live_ms: !final && isAskedFor(document) ? document.createdAtMs : undefined,
    passes_on_to: typeof releaseTo === 'object' ? releaseTo.release : undefined,
    body: document,
  };
}

function unzip(rows: readonly ClaimRow[]): unknown[][] {
  return [
    rows.map(({ account }) => account),
    rows.map(({ dueMs }) => dueMs),
    rows.map(({ document }) => document),
    rows.map(({ tentative }) => tentative),
  ];
}
