// Reads owners whose rows stand at home and in parts. What another server has decided may not be committed
// in a part yet: it is carried out before the part is read, so that nobody reads there what the journal has
// left behind. Documents are read after that: home commits first, and no owner is shown without its own.

import { poolDocumentId } from '../../kernel/accounts.ts';
import type { OwnerState } from '../contract.ts';
import { balancesBefore, ownerState, type Reads } from '../postgres/reads.ts';
import type { Decisions } from './decisions.ts';
import type { Part } from './part.ts';
import type { Parts } from './parts.ts';
import { Recovery } from './recovery.ts';

export class SpreadReads {
  readonly #parts: Parts;
  readonly #reads: Reads;
  readonly #decided: Recovery;

  constructor(parts: Parts, reads: Reads, decisions: Decisions) {
    this.#parts = parts;
    this.#reads = reads;
    this.#decided = new Recovery(decisions, Number.POSITIVE_INFINITY);
  }

  /** @throws HoldfastError `unavailable` where one of them lives in a part that is away */
  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    const { own, elsewhere } = this.#parts.split(ids);
    if (elsewhere.length === 0) return this.#reads.owners(ids);
    const found = new Map<string, OwnerState>();
    const note = (state: OwnerState | undefined) => {
      if (state !== undefined) found.set(state.owner, state);
    };
    const [atHome, ...there] = await Promise.all([
      own.length === 0 ? [] : this.#reads.owners(own),
      ...elsewhere.map(([part, owners]) => this.#ownersIn(part, owners)),
    ]);
    for (const states of [atHome, ...there]) for (const state of states) note(state);
    return ids.map((id) => found.get(id));
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    const part = this.#parts.of(owner);
    if (part === undefined) return this.#reads.balancesAt(owner, atMs);
    const [state] = await this.#ownersIn(part, [owner]);
    if (state === undefined) return undefined;
    const { seq, accounts } = state;
    // What home has decided since the part was read is not in its balances: it has higher numbers.
    const later = (await this.#reads.since(atMs)).filter(({ seqs }) => {
      return !seqs.some(([touched, number]) => touched === owner && number > seq);
    });
    const balances = Object.entries(accounts).map(([name, { balance }]): [string, number] => {
      return [`${owner}/${name}`, balance];
    });
    return balancesBefore({ owner, seq, balances, later });
  }

  async #ownersIn(part: Part, ids: readonly string[]): Promise<OwnerState[]> {
    await part.known();
    await this.#decided.settle(part);
    const rows = await part.owners(ids);
    const documents = await this.#reads.documents(rows.map(({ id }) => poolDocumentId(String(id))));
    return rows.map((row, index) => ownerState({ ...row, body: documents[index] }));
  }
}
