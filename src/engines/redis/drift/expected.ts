// What Redis should hold: what is recorded, and on it what it has decided since. Pure.

import { nameOf, ownerOf } from '../../../kernel/accounts.ts';
import type { Decided, Document, OwnerState } from '../../contract.ts';

export interface Rows {
  owners: Map<string, OwnerState | undefined>;
  documents: Map<string, Document | undefined>;
}

/** Adds entries to rows, as far as these are of what is among them; the rows that are given are changed. */
export function addEntries(rows: Rows, entries: readonly Decided[]): void {
  for (const entry of entries) {
    for (const [owner, seq] of entry.seqs) {
      if (rows.owners.has(owner)) addToOwner(rows, owner, { seq, entry });
    }
    for (const document of entry.documents) {
      if (rows.documents.has(document.id)) rows.documents.set(document.id, document);
    }
  }
}

/** An entry that does not go on from what is recorded will be revoked: it changes nothing. */
function addToOwner(
  { owners }: Rows,
  owner: string,
  { seq, entry }: { seq: number; entry: Decided },
) {
  const state: OwnerState = owners.get(owner) ?? { owner, seq: 0, accounts: {} };
  if (seq !== state.seq + 1) return;
  state.seq = seq;
  owners.set(owner, state);
  const accountOf = (account: string) => {
    const name = nameOf(account);
    state.accounts[name] ??= { balance: 0, floor: 0, inflow: 0 };
    return state.accounts[name];
  };
  for (const { account, floor } of entry.floors ?? []) {
    if (ownerOf(account) === owner) accountOf(account).floor = floor;
  }
  for (const { from, to, quantity } of entry.moves) {
    if (ownerOf(from) === owner) accountOf(from).balance -= quantity;
    if (ownerOf(to) === owner) accountOf(to).balance += quantity;
  }
}
