// Replays a journal entry by entry, apart from the state that decides, and checks each step. Shares
// with the decider only the names of accounts and the table of states.

import type { CheckpointState, Document, Entry } from '../engines/contract.ts';
import { poolData } from '../kernel/pool.ts';
import type { Problems } from './problems.ts';
import { ReplayedAccounts } from './replayed-accounts.ts';
import { ReplayedClaims } from './replayed-claims.ts';
import { ReplayedDocuments } from './replayed-documents.ts';
import { ReplayedNumbers } from './replayed-numbers.ts';

export class Replay {
  readonly accounts: ReplayedAccounts;
  readonly documents: ReplayedDocuments;
  readonly numbers: ReplayedNumbers;
  readonly #claims: ReplayedClaims;
  readonly #problems: Problems;

  constructor(problems: Problems, { timesMayCross = false } = {}) {
    this.#problems = problems;
    this.accounts = new ReplayedAccounts(problems);
    this.documents = new ReplayedDocuments(problems);
    this.numbers = new ReplayedNumbers(problems, timesMayCross);
    this.#claims = new ReplayedClaims(this.accounts, problems);
  }

  load(checkpoint: CheckpointState): void {
    this.#problems.position = checkpoint.position;
    this.numbers.load(checkpoint);
    this.accounts.load(checkpoint);
    this.documents.load(checkpoint);
    const { documents } = this.documents;
    for (const document of documents.values()) this.#learnFamily(document);
    this.#claims.load([...documents.values()].flatMap(({ claims }) => claims));
  }

  take(entry: Entry): void {
    this.#problems.position = entry.position;
    this.numbers.take(entry);
    for (const document of entry.documents) this.#learnFamily(document);
    this.accounts.take(entry);
    this.#claims.take(entry, this.documents.take(entry));
  }

  /** The state as of the last entry. */
  checkpoint(): CheckpointState {
    const { position, atMs, seqs } = this.numbers;
    const { accounts } = this.accounts;
    return { position, atMs, accounts, documents: this.documents.documents.values(), seqs };
  }

  #learnFamily(document: Document): void {
    if (document.kind !== 'pool') return;
    this.accounts.setFamily(document.id.slice('pool:'.length), poolData(document).product);
  }
}
