// What a recheck has taken, as the lists of the statement that records it, and whether the statement has
// found everything as it had to be. Must not decide.

import type { AccountChange, OwnerChange } from '../../kernel/overlay.ts';
import type { Recheck } from '../../kernel/recheck.ts';
import type { Document } from '../contract.ts';
import { bigintArray, booleanArray, integerArray, textArray } from './array-values.ts';
import type { Rows } from './connections.ts';
import type { JournalRows } from './journal-rows.ts';
import type { LoadedRows } from './loaded-state.ts';
import { claimChanges, claimValues, documentValues } from './writing.ts';

export interface Recording {
  recheck: Recheck;
  rows: LoadedRows;
  journal: JournalRows;
  /** Of the journal's rows. */
  ids: readonly number[];
  /** Of the last version of each document. */
  texts: ReadonlyMap<string, string>;
}

export interface RecordValues {
  /** In the statement's order, behind the record's own. */
  values: unknown[];
  /** What the statement must count. */
  counts: Record<string, number>;
}

export function recordValues({ recheck, rows, journal, ids, texts }: Recording): RecordValues {
  const { overlay, prior, touchedMs } = recheck;
  const changed = overlay.changedAccounts.filter(({ was }) => was !== undefined);
  const created = overlay.changedAccounts.filter(({ was }) => was === undefined);
  const wasOf = ({ owner }: OwnerChange) => rows.seqs.get(owner) ?? 0;
  const raised = overlay.changedOwners.filter((owner) => wasOf(owner) > 0);
  const made = overlay.changedOwners.filter((owner) => wasOf(owner) === 0);
  const documents = [...overlay.documents.values()];
  const updated = documents.filter(({ id }) => rows.documents.has(id));
  const inserted = documents.filter(({ id }) => !rows.documents.has(id));
  const { added, removed } = claimChanges(documents, rows);
  const requests = journal.requests(ids);
  const textOf = ({ id }: Document) => texts.get(id)!;
  const priorOf = ({ id, was }: AccountChange) => prior.get(id) ?? was?.balance ?? 0;
  const owners = (list: readonly OwnerChange[]) => [
    textArray(list.map(({ owner }) => owner)),
    bigintArray(list.map(wasOf)),
    bigintArray(list.map(({ seq }) => seq)),
    bigintArray(list.map(({ owner }) => touchedMs.get(owner))),
  ];
  const balances = (list: readonly AccountChange[]) => [
    bigintArray(list.map(priorOf)),
    bigintArray(list.map(({ balance }) => balance)),
    bigintArray(list.map(({ floor }) => floor)),
    bigintArray(list.map(({ inflow }) => inflow)),
  ];
  return {
    values: [
      textArray(changed.map(({ id }) => id)),
      bigintArray(changed.map(({ was }) => was!.balance)),
      bigintArray(changed.map(({ was }) => was!.floor)),
      ...balances(changed),
      textArray(created.map(({ id }) => id)),
      textArray(created.map(({ owner: { owner } }) => owner)),
      ...balances(created),
      ...[...owners(raised), ...owners(made)],
      ...documentValues(inserted, textOf),
      ...documentValues(updated, textOf),
      integerArray(updated.map(({ id }) => rows.documents.get(id)!.version)),
      ...[...claimValues(added), ...claimValues(removed).slice(0, 3)],
      ...journalValues(journal, ids),
      textArray(requests.map(({ principal }) => principal)),
      textArray(requests.map(({ key }) => key)),
      bigintArray(requests.map(({ batch }) => batch)),
      journal.bornMs ?? null,
    ],
    counts: {
      ...{ moved: 1, changed: changed.length, raised: raised.length, made: made.length },
      updated: updated.length,
    },
  };
}

export function areCounted(found: Rows[number], { counts }: RecordValues): boolean {
  return Object.entries(counts).every(([name, count]) => found[name] === count);
}

function journalValues(journal: JournalRows, ids: readonly number[]): unknown[] {
  return [
    bigintArray(ids),
    integerArray(journal.counts),
    bigintArray(journal.timesMs),
    textArray(journal.bodies),
    integerArray(journal.lives),
    booleanArray(journal.named),
  ];
}
