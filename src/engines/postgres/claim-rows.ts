// Under which accounts a document's claims are filed: those that its end gives to. Pure.

import { filedUnder } from '../../kernel/accounts.ts';
import type { AccountId, Document } from '../contract.ts';

/** The deadline of an undecided claim: never. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

export interface ClaimRow {
  account: AccountId;
  dueMs: number;
  document: string;
  tentative: boolean;
}

/** The rows of a version; none where nothing falls due and nothing is undecided. */
export function claimRowsOf(document: Document): ClaimRow[] {
  const { id, deadlineMs, tentative = false, claims, frees = [] } = document;
  if (deadlineMs === undefined && !tentative) return [];
  const accounts = new Set<AccountId>();
  for (const { quantity, undo } of claims) {
    if (quantity > 0) accounts.add(filedUnder(undo));
  }
  for (const account of frees) accounts.add(account);
  const dueMs = tentative ? NEVER_MS : deadlineMs!;
  return [...accounts].map((account) => ({ account, dueMs, document: id, tentative }));
}
