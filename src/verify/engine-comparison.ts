// Compares what the engine shows with what its journal says, while the engine may be working: what
// it shows of a later moment is kept until the replay has come to that very number or version.

import { isDeepStrictEqual } from 'node:util';
import type { Document, Engine, Entry, OwnerState } from '../engines/contract.ts';
import { nameOf, ownerOf } from '../kernel/accounts.ts';
import type { Problems } from './problems.ts';
import type { Replay } from './replay.ts';

const ASKED_AT_ONCE = 500;

export class EngineComparison {
  readonly #engine: Engine;
  readonly #replay: Replay;
  readonly #problems: Problems;
  readonly #laterOwners = new Map<string, OwnerState>();
  readonly #laterDocuments = new Map<string, Document>();
  #accountsByOwner = new Map<string, string[]>();

  constructor(engine: Engine, replay: Replay, problems: Problems) {
    this.#engine = engine;
    this.#replay = replay;
    this.#problems = problems;
  }

  async ask(): Promise<void> {
    this.#groupAccounts();
    for (const ids of slices([...this.#replay.numbers.seqs.keys()])) {
      const owners = await this.#engine.owners(ids);
      ids.forEach((id, index) => {
        this.#owner(id, owners[index]);
      });
    }
    await this.#askPools();
    for (const ids of slices([...this.#replay.documents.documents.keys()])) {
      const documents = await this.#engine.documents(ids);
      ids.forEach((id, index) => {
        this.#document(id, documents[index]);
      });
    }
  }

  /** Whether something shown waits for the replay to come as far. */
  get waits(): boolean {
    return this.#laterOwners.size + this.#laterDocuments.size > 0;
  }

  /** The replay has taken one more entry. */
  passed(entry: Entry): void {
    for (const { from, to } of entry.moves) this.#note(from).#note(to);
    for (const { account } of entry.floors ?? []) this.#note(account);
    for (const [owner, seq] of entry.seqs) {
      const shown = this.#laterOwners.get(owner);
      if (shown?.seq !== seq) continue;
      this.#laterOwners.delete(owner);
      this.#owner(owner, shown);
    }
    for (const { id, version } of entry.documents) {
      const shown = this.#laterDocuments.get(id);
      if (shown?.version !== version) continue;
      this.#laterDocuments.delete(id);
      this.#document(id, shown);
    }
  }

  /** The journal has ended: what still waits is nowhere in it. */
  finish(): void {
    for (const [owner, { seq }] of this.#laterOwners) {
      const known = this.#replay.numbers.seqs.get(owner) ?? 0;
      this.#problems.add('I6', `${owner} has number ${seq}, by the journal ${known}`);
    }
    for (const [id, { version }] of this.#laterDocuments) {
      const known = this.#replay.documents.documents.get(id)?.version ?? 0;
      this.#problems.add('I6', `document ${id} has version ${version}, by the journal ${known}`);
    }
  }

  async #askPools(): Promise<void> {
    let after: string | undefined;
    while (true) {
      const options = after === undefined ? {} : { after };
      const page = await this.#engine.pools({ limit: ASKED_AT_ONCE, ...options });
      for (const pool of page) {
        if (!this.#replay.numbers.seqs.has(pool.owner)) this.#owner(pool.owner, pool);
      }
      after = page.at(-1)?.owner;
      if (page.length < ASKED_AT_ONCE) return;
    }
  }

  #owner(id: string, shown: OwnerState | undefined): void {
    const seq = this.#replay.numbers.seqs.get(id) ?? 0;
    if (shown === undefined || shown.seq < seq) {
      const found = shown === undefined ? 'is missing' : `has number ${shown.seq}`;
      this.#problems.add('I6', `${id} ${found}, by the journal it has ${seq}`);
      return;
    }
    if (shown.seq > seq) {
      this.#laterOwners.set(id, shown);
      return;
    }
    const names = this.#accountsByOwner.get(id) ?? [];
    for (const name of new Set([...names, ...Object.keys(shown.accounts)])) {
      const known = this.#replay.accounts.accounts.get(`${id}/${name}`);
      const found = shown.accounts[name];
      if (isDeepStrictEqual(known, found)) continue;
      const [is, should] = [JSON.stringify(found ?? null), JSON.stringify(known ?? null)];
      this.#problems.add('I6', `${id}/${name} is ${is}, by the journal ${should}`);
    }
  }

  #document(id: string, shown: Document | undefined): void {
    const known = this.#replay.documents.documents.get(id);
    if (known === undefined) return;
    if (shown === undefined || shown.version < known.version) {
      const found = shown === undefined ? 'is missing' : `has version ${shown.version}`;
      this.#problems.add('I6', `document ${id} ${found}, by the journal ${known.version}`);
    } else if (shown.version > known.version) {
      this.#laterDocuments.set(id, shown);
    } else if (!isDeepStrictEqual(shown, known)) {
      this.#problems.add(
        'I6',
        `document ${id} differs from the journal at version ${known.version}`,
      );
    }
  }

  #groupAccounts(): void {
    this.#accountsByOwner = new Map();
    for (const id of this.#replay.accounts.accounts.keys()) this.#note(id);
  }

  #note(account: string): this {
    const owner = ownerOf(account);
    const name = nameOf(account);
    const names = this.#accountsByOwner.get(owner);
    if (names === undefined) this.#accountsByOwner.set(owner, [name]);
    else if (!names.includes(name)) names.push(name);
    return this;
  }
}

function* slices(ids: readonly string[]): Generator<string[]> {
  for (let start = 0; start < ids.length; start += ASKED_AT_ONCE) {
    yield ids.slice(start, start + ASKED_AT_ONCE);
  }
}
