// Brings a state in memory from one entry of the journal to the next, as the commit that wrote it did.
// Decides nothing: what is taken is durable.

import { moveUnits, setFloor } from '../kernel/account-steps.ts';
import { ownerOf } from '../kernel/accounts.ts';
import type { AccountChange } from '../kernel/overlay.ts';
import type { AccountState, Entry } from './contract.ts';
import type { LiveState } from './live-state.ts';

export function takeEntry(state: LiveState, entry: Entry): void {
  const accounts = new Map<string, AccountState>();
  const account = (id: string): AccountState => {
    let found = accounts.get(id);
    if (found === undefined) {
      found = { balance: 0, floor: 0, inflow: 0, ...state.account(id) };
      accounts.set(id, found);
    }
    return found;
  };
  for (const { account: id, floor } of entry.floors ?? []) {
    setFloor(account(id), floor);
  }
  for (const { from, to, quantity } of entry.moves) {
    moveUnits(account(from), account(to), quantity);
  }
  const owners = entry.seqs.map(([owner, seq]) => ({ owner, seq, raisedAt: entry.position }));
  const changes = [...accounts].map(([id, is]): AccountChange => {
    const owner = { owner: ownerOf(id), seq: 0, raisedAt: 0 };
    return { id, ...is, owner, was: state.account(id), changed: true };
  });
  state.merge({
    outcomes: [],
    entries: [entry],
    accounts: changes,
    documents: new Map(entry.documents.map((document) => [document.id, document])),
    owners,
  });
}
