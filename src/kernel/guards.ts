// The conditions that a transaction states: on a document or on an owner's number. Checked in the
// order in which they stand; only looks.

import type { CommitRefusal, Document, DocumentGuard, Guard } from '../engines/contract.ts';
import { isDue, type Snapshot } from './overlay.ts';

/** What guards look at: a snapshot, or what a batch has made of one. */
export type Guarded = Pick<Snapshot, 'dueMs' | 'document' | 'seq'>;

/** The refusal of a guard that does not hold. */
export function failedGuard(guarded: Guarded, guard: Guard): CommitRefusal | undefined {
  if ('owner' in guard) {
    const found = guarded.seq(guard.owner);
    return found === guard.seq ? undefined : { code: 'seq', owner: guard.owner, found };
  }
  const found = guarded.document(guard.document);
  const failed = failedCondition(guard, found, guarded.dueMs);
  if (failed === undefined) return undefined;
  const refusal: CommitRefusal = { code: 'document', document: guard.document, failed };
  if (found !== undefined) refusal.found = found;
  return refusal;
}

function failedCondition(guard: DocumentGuard, found: Document | undefined, dueMs: number) {
  if (found === undefined) return guard.absent === true ? undefined : 'present';
  if (guard.absent === true) return 'absent';
  if (guard.version !== undefined && guard.version !== found.version) return 'version';
  if (guard.stateIn !== undefined && !guard.stateIn.includes(found.state)) return 'stateIn';
  if (guard.due !== undefined && guard.due !== isDue(found, dueMs)) {
    return guard.due ? 'due' : 'notDue';
  }
  return undefined;
}
