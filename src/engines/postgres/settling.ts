// Whether a decision that was made without locks still stands once its locks are had. The optimistic
// strategy lets nothing have changed; the conditional one lets balances change, as long as nothing hangs
// on their exact values and the guards of the write hold.

import { ownerOfDocument } from '../../kernel/accounts.ts';
import { apply } from '../../kernel/apply.ts';
import type { Transaction } from '../contract.ts';
import type { Rows } from './connections.ts';
import { type Decision, timeOf, type Undone } from './decision.ts';
import { exactOwners } from './exact-owners.ts';
import { LoadedState } from './loaded-state.ts';
import { latestOf, seqsOf } from './loading.ts';
import type { Locking } from './locking.ts';
import type { Locks } from './locks.ts';
import type { Touched } from './touched.ts';

interface Settling {
  locks: Locks;
  touched: Touched;
  batch: readonly Transaction[];
  locking: Locking;
  versions(ids: readonly string[]): Promise<Rows>;
}

/** The decision as it may be written. */
export async function settle(decision: Decision, asked: Settling): Promise<Decision | Undone> {
  const { locks, touched, batch, locking, versions } = asked;
  const { loaded, applied } = decision;
  const changed: Undone = { undone: 'changed', exact: false };
  if (!areAsLoaded(decision, [...touched.written, ...touched.guarded], locks.documents)) {
    return changed;
  }
  const seqs = seqsOf(locks.owners);
  const moved = new Set(touched.owners.filter((id) => seqs.get(id) !== loaded.rows.seqs.get(id)));
  if (moved.size === 0) return decision;
  if (locking === 'optimistic') return changed;
  const exact = exactOwners(batch, applied.outcomes);
  if ([...exact].some((id) => moved.has(id))) return { undone: 'changed', exact: true };
  // Who changes a pool's document holds its owner's lock: only those of owners that moved can differ.
  const owned = touched.owned.filter((id) => moved.has(ownerOfDocument(id)!));
  if (owned.length > 0 && !areAsLoaded(decision, owned, await versions(owned))) return changed;
  return numbered(decision, { locks, batch });
}

/** The same decision with the numbers and the time that stand under the locks. */
function numbered(
  { loaded, reading, claims }: Decision,
  { locks, batch }: Pick<Settling, 'locks' | 'batch'>,
): Decision {
  const rows = { ...loaded.rows, seqs: seqsOf(locks.owners) };
  const now = { rows, latestMs: latestOf(locks.owners, rows.documents) };
  const applied = apply(new LoadedState(timeOf(reading, now), rows, claims), batch);
  return { applied, loaded: now, reading, claims, isGuarded: true };
}

/** Whether documents have the versions that were loaded, and those that were not there are still not. */
function areAsLoaded({ loaded }: Decision, ids: readonly string[], rows: Rows): boolean {
  const versions = new Map(rows.map(({ id, version }) => [String(id), Number(version)]));
  return ids.every((id) => versions.get(id) === loaded.rows.documents.get(id)?.version);
}
