// Whether an entry that came over a wire is one: numbers that are whole and in range, names that can be
// kept, owners that are those of its accounts. Says nothing about whether it fits to anything else.

import type { Decided, Document } from '../engines/contract.ts';
import { ownerOf, ownerOfDocument } from './accounts.ts';
import type { WhyRefused } from './revoking.ts';

/** What no store can keep in a text. */
const NUL = '\0';

/** The first thing about an entry that none can have. */
export function malformedIn(decided: Decided): WhyRefused | undefined {
  const what = partOf(decided);
  return what === undefined ? undefined : { code: 'malformed', what };
}

export function isPlainText(text: unknown): boolean {
  return typeof text === 'string' && !text.includes(NUL) && text.isWellFormed();
}

function partOf(decided: Decided): string | undefined {
  const { atMs, moves, floors = [], documents, seqs, request } = decided;
  if (!isTime(atMs)) return 'atMs';
  for (const { from, to, quantity } of moves) {
    if (!isAccount(from) || !isAccount(to)) return 'moves';
    if (!Number.isSafeInteger(quantity) || quantity <= 0) return 'quantity';
  }
  for (const { account, floor } of floors) {
    if (!isAccount(account)) return 'floors';
    if (!Number.isSafeInteger(floor)) return 'floor';
  }
  const ids = new Set<string>();
  for (const document of documents) {
    if (ids.has(document.id)) return 'documents';
    ids.add(document.id);
    const part = partOfDocument(document, atMs);
    if (part !== undefined) return part;
  }
  if (request !== undefined && !(isPlainText(request.principal) && isPlainText(request.key))) {
    return 'request';
  }
  return areTouched(decided) && seqs.every(([, seq]) => Number.isSafeInteger(seq))
    ? undefined
    : 'seqs';
}

function partOfDocument(document: Document, atMs: number): string | undefined {
  const { id, kind, state, version, createdAtMs, updatedAtMs, deadlineMs } = document;
  if (![id, kind, state].every(isPlainText)) return 'document';
  if (updatedAtMs !== atMs) return 'updatedAtMs';
  if (!isTime(createdAtMs) || (version === 1 && createdAtMs !== atMs)) return 'createdAtMs';
  if (deadlineMs !== undefined && !Number.isSafeInteger(deadlineMs)) return 'deadlineMs';
  return undefined;
}

/**
 * Whether it raises the numbers of those owners that it touches, each once, and of no others: of its
 * accounts, and of pools that it writes.
 */
function areTouched({ floors = [], moves, documents, seqs }: Decided): boolean {
  const touched = new Set<string>();
  for (const { account } of floors) touched.add(ownerOf(account));
  for (const { from, to } of moves) touched.add(ownerOf(from)).add(ownerOf(to));
  for (const { id } of documents) {
    const owner = ownerOfDocument(id);
    if (owner !== undefined) touched.add(owner);
  }
  if (touched.size !== seqs.length) return false;
  for (const [owner] of seqs) if (!touched.delete(owner)) return false;
  return true;
}

function isTime(ms: unknown): boolean {
  return Number.isSafeInteger(ms) && Number(ms) > 0;
}

function isAccount(id: unknown): boolean {
  return typeof id === 'string' && id.indexOf('/') > 0 && isPlainText(id);
}
