// Reads a commit's refusal: whether it is the caller's own condition that failed, and whether somebody
// else was merely faster. Only looks.

import type { CommitRefusal } from '../engines/contract.ts';

/** The caller's own condition on a version. */
export type IfMatch = { document: string; version: number } | { owner: string; seq: number };

/** Whether the refusal may be because somebody else was faster than this plan. */
export function hasMoved(refusal: CommitRefusal & { code: 'document' }): boolean {
  const { document, failed, found } = refusal;
  if (failed === 'version' || failed === 'notDue' || failed === 'due') return true;
  if (document.startsWith('pool:')) return failed === 'absent';
  return failed === 'absent' || (failed === 'stateIn' && found !== undefined);
}

/** Whether it is the caller's own condition that failed. */
export function isIfMatch(ifMatch: IfMatch | undefined, refusal: CommitRefusal): boolean {
  if (ifMatch === undefined) return false;
  if (refusal.code === 'seq') return 'owner' in ifMatch && refusal.owner === ifMatch.owner;
  if (refusal.code !== 'document' || !('document' in ifMatch)) return false;
  return (
    refusal.document === ifMatch.document &&
    // A limit that was never set has no version at all.
    (refusal.failed === 'version' || refusal.failed === 'present') &&
    refusal.found?.version !== ifMatch.version
  );
}

/** The version that was found instead. */
export function foundVersion(refusal: CommitRefusal): number {
  if (refusal.code === 'seq') return refusal.found;
  return refusal.code === 'document' ? (refusal.found?.version ?? 0) : 0;
}
