// What becomes of a decision of another store that cannot be recorded: why not, and the event that revokes
// it. The words for it only; who checks is elsewhere.

import type { AccountId, Decided, DocumentId, JsonObject } from '../engines/contract.ts';
import { isPlainText } from './decided-form.ts';

/** An entry of a stream: the epoch of the store that decided it, its batch, its place there. */
export interface DecisionName {
  epoch: number;
  number: number;
  index: number;
}

/**
 * The first thing that did not hold. `seq`: an owner's number does not go on from what is recorded;
 * `after` names the refused entry from which on that is so. `document`: a version does not go on.
 */
export type WhyRefused =
  | { code: 'malformed'; what: string }
  | { code: 'request-reused' }
  | { code: 'seq'; owner: string; found: number; after?: DecisionName }
  | { code: 'document'; document: DocumentId; found: number }
  | { code: 'time'; foundMs: number }
  | { code: 'insufficient'; account: AccountId; available: number }
  | { code: 'balance-range'; account: AccountId };

/** `revoking`: the entry that the journal has in its place. */
export interface RefusedDecision extends DecisionName {
  why: WhyRefused;
  revoking: Decided;
}

interface Revoking {
  decided: Decided;
  name: DecisionName;
  why: WhyRefused;
  /** For an entry whose own time is none. */
  latestMs: number;
}

/** Moves nothing and writes nothing: it says whose decision does not count. */
export function revoking({ decided, name, why, latestMs }: Revoking): Decided {
  const { atMs, request, documents, seqs } = decided;
  const ids = documents.map(({ id }) => id).filter(isPlainText);
  const owners = seqs.map(([owner]) => owner).filter(isPlainText);
  const data: JsonObject = { ...name, why: why as unknown as JsonObject };
  if (ids.length > 0) data.documents = ids;
  if (owners.length > 0) data.owners = owners;
  if (request !== undefined && isPlainText(request.principal) && isPlainText(request.key)) {
    data.request = { principal: request.principal, key: request.key };
  }
  const subject = ids[0] ?? owners[0] ?? 'store';
  return {
    atMs: Number.isSafeInteger(atMs) && atMs > 0 ? atMs : latestMs,
    ...{ granted: [], moves: [], documents: [], seqs: [] },
    events: [{ type: 'decision.revoked', subject, data }],
  };
}
