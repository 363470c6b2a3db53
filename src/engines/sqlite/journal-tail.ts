// Brings a state that was filled from the tables up to the end of the journal, in memory: a start need
// not wait for the tables, and needs no room on the disk. Decides nothing; what it takes is durable.

import { moveUnits, setFloor } from '../../kernel/account-steps.ts';
import type { AccountChange } from '../../kernel/overlay.ts';
import type { AccountState, Entry } from '../contract.ts';
import type { LiveState } from '../live-state.ts';
import type { JournalReader } from './journal-reader.ts';

/** So many entries take a fraction of a second; more are left to the tables. */
export const TAIL_MAX = 65_536;

const SLICE = 500;

/** Returns the moment before which nothing is due, where the tail says one; else 0. */
export function takeTail(state: LiveState, journal: JournalReader): number {
  let dueNotBeforeMs = 0;
  while (true) {
    const slice = journal.entries({ after: state.position, limit: SLICE });
    for (const entry of slice) {
      takeEntry(state, entry);
      for (const { type, data } of entry.events) {
        if (type === 'store.resumed') dueNotBeforeMs = Number(data?.dueNotBeforeMs ?? 0);
      }
    }
    if (slice.length < SLICE) return dueNotBeforeMs;
  }
}

/** As the tables-writer takes it. */
function takeEntry(state: LiveState, entry: Entry): void {
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
  const nobody = { owner: '', seq: 0, raisedAt: 0 };
  const changes = [...accounts].map(([id, is]): AccountChange => {
    return { id, ...is, owner: nobody, was: state.account(id), changed: true };
  });
  state.merge({
    outcomes: [],
    entries: [entry],
    accounts: changes,
    documents: new Map(entry.documents.map((document) => [document.id, document])),
    owners,
  });
}
