// The version of a document that a write makes of the one before. Pure.

import type { Claim, Document, DocumentWrite } from '../engines/contract.ts';

/** What a write takes over from the version before. */
export type VersionBefore = Pick<Document, 'version' | 'createdAtMs' | 'deadlineMs'>;

/** `claims` are those of the write, resolved; `before` is undefined for a document that is new. */
export function nextVersion(
  write: DocumentWrite,
  before: VersionBefore | undefined,
  claims: Claim[],
  nowMs: number,
): Document {
  const document: Document = {
    id: write.id,
    kind: write.kind,
    version: (before?.version ?? 0) + 1,
    state: write.state,
    createdAtMs: before?.createdAtMs ?? nowMs,
    updatedAtMs: nowMs,
    claims,
    data: write.data,
  };
  if (write.buyer !== undefined) document.buyer = write.buyer;
  if (write.reference !== undefined) document.reference = write.reference;
  if (write.owners !== undefined) document.owners = write.owners;
  if (write.releaseTo !== undefined) document.releaseTo = write.releaseTo;
  if (write.frees !== undefined) document.frees = write.frees;
  const deadlineMs = deadlineOf(write, before, nowMs);
  if (deadlineMs !== undefined) document.deadlineMs = deadlineMs;
  if (write.final === true) document.final = true;
  if (write.tentative === true) document.tentative = true;
  return document;
}

function deadlineOf(
  { deadline }: DocumentWrite,
  before: VersionBefore | undefined,
  nowMs: number,
): number | undefined {
  if (deadline === undefined) return undefined;
  if ('keep' in deadline) return before?.deadlineMs;
  const { afterMs, notBeforeMs, notAfterMs } = deadline;
  const capped = Math.min(nowMs + afterMs, notAfterMs ?? Number.POSITIVE_INFINITY);
  return Math.max(capped, notBeforeMs ?? Number.NEGATIVE_INFINITY);
}
