// A document in a slot that has taken part in a change and has not heard yet what was decided: it stands there in
// a state that no rule knows, beside what it was before. One that came to be and was not decided for is left as a
// trace that counts as absent. Pure.

import type { Document, DocumentGuard, DocumentId, DocumentWrite, Json } from '../contract.ts';

const WAITING = '~undecided';
const ABSENT = '~absent';
/** In its data. */
const MARK = '~undecided';

interface Mark {
  decision: DocumentId;
  before: Document | null;
}

export function isWaiting({ state }: Pick<Document, 'state'>): boolean {
  return state === WAITING;
}

/** Whether it is only the trace of one that never came to be. */
export function isTrace({ state }: Pick<Document, 'state'>): boolean {
  return state === ABSENT;
}

/** As readers are shown it; undefined for what is not there. */
export function asBefore(document: Document | undefined): Document | undefined {
  if (document === undefined || isTrace(document)) return undefined;
  return isWaiting(document) ? (markOf(document).before ?? undefined) : document;
}

export function isMarkedBy(decision: DocumentId, document: Document): boolean {
  return isWaiting(document) && markOf(document).decision === decision;
}

/** Marks what is to be written, as it was read: it must still be so. */
export function marking(
  { id, kind, data }: DocumentWrite,
  { before, decision }: { before: Document | undefined; decision: DocumentId },
): { guard: DocumentGuard; write: DocumentWrite } {
  const guard: DocumentGuard =
    before === undefined
      ? { document: id, absent: true }
      : { document: id, version: before.version };
  const shown = asBefore(before);
  const mark = { decision, before: shown ?? null } as unknown as Json;
  const write: DocumentWrite = {
    ...(shown === undefined ? {} : lookUps(shown)),
    ...{ id, kind, state: WAITING, tentative: true },
    data: { ...(shown?.data ?? data), [MARK]: mark },
  };
  if (shown?.deadlineMs !== undefined) write.deadline = { keep: true };
  return { guard, write };
}

/** As it was before it was marked. */
export function unmarking(marked: Document): DocumentWrite {
  const { id, kind } = marked;
  const before = asBefore(marked);
  if (before === undefined) return { id, kind, state: ABSENT, data: {}, final: true };
  const { state, data, deadlineMs, final, tentative } = before;
  const write: DocumentWrite = { ...lookUps(before), id, kind, state, data };
  if (deadlineMs !== undefined) write.deadline = { keep: true };
  if (final === true) write.final = true;
  if (tentative === true) write.tentative = true;
  return write;
}

function markOf({ data }: Document): Mark {
  return data[MARK] as unknown as Mark;
}

function lookUps({ claims, buyer, reference, owners, releaseTo, frees }: Document) {
  return {
    claims,
    ...(buyer === undefined ? {} : { buyer }),
    ...(reference === undefined ? {} : { reference }),
    ...(owners === undefined ? {} : { owners }),
    ...(releaseTo === undefined ? {} : { releaseTo }),
    ...(frees === undefined ? {} : { frees }),
  };
}
