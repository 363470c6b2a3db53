// One engine on the bench, with a time that the test moves: commits a transaction, says what came of
// it in the words of the contract, reads a balance. Holds no expectation of its own.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { ownerOf } from '../../kernel/accounts.ts';
import type {
  CommitRefusal,
  Decided,
  Document,
  DocumentPage,
  DocumentQuery,
  DocumentWrite,
  Engine,
  Entry,
  Outcome,
  OwnerState,
  Transaction,
} from '../contract.ts';
import { ManualTime } from './manual-time.ts';
import { once } from './once.ts';
import { entryOf, refusalOf, withoutPosition } from './outcomes.ts';

/** What an adopter says about the engine. */
export interface EngineUnderTest {
  /** As it should stand in the report. */
  name: string;
  /** Opens a new, empty engine that takes its time from `time`. */
  open(time: ManualTime): Promise<Engine>;
  /** Opens again what a closed engine has kept. Leave out where nothing is kept. */
  reopen?(closed: Engine, time: ManualTime): Promise<Engine>;
}

export const SUPPLY_FLOOR = -Number.MAX_SAFE_INTEGER;

const NAME = /^([a-z]\d?)(\/.*)?$/;

/** A transaction without its events, which most cases do not care about. */
export type Draft = Partial<Transaction>;

export class Bench {
  readonly time: ManualTime;
  engine: Engine;
  /** When the case began. */
  startMs: number;
  readonly #under: EngineUnderTest;
  #case = 0;
  /** Entries that the journal tells sooner or later. */
  #accepted = 0;

  private constructor(under: EngineUnderTest, time: ManualTime, engine: Engine) {
    this.#under = under;
    this.time = time;
    this.engine = engine;
    this.startMs = time.wallMs();
  }

  static async open(under: EngineUnderTest): Promise<Bench> {
    const time = new ManualTime();
    return new Bench(under, time, await under.open(time));
  }

  /** Closes the engine and opens what it has kept; `downMs` pass in between. */
  async restart({ downMs = 0 } = {}): Promise<void> {
    await this.engine.close();
    this.time.passMs(downMs);
    this.engine = await this.#under.reopen!(this.engine, this.time);
    // What an engine notes of itself when it opens is not counted here.
    this.#accepted = Math.max(this.#accepted, this.engine.health().position);
  }

  /** Begins another case on the same engine. */
  nextCase(): void {
    this.#case += 1;
    this.startMs = this.time.wallMs();
  }

  /**
   * Makes names this case's own, however deep they stand in a value. Names are texts of one letter and
   * perhaps a digit, and accounts of owners that are called so: `a`, `r1`, `a/held`.
   */
  own<T>(value: T): T {
    if (typeof value === 'string') return value.replace(NAME, `$1-${this.#case}$2`) as T;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.own(each)) as T;
    const owned = Object.entries(value).map(([key, each]) => [key, this.own(each)]);
    return Object.fromEntries(owned) as T;
  }

  async batch(...drafts: Draft[]): Promise<Outcome[]> {
    const transactions = drafts.map((draft) => ({ events: [], ...draft }));
    const outcomes = await Promise.all(await this.engine.commit(transactions));
    this.#accepted += outcomes.filter((each) => each.ok && !each.repeated).length;
    return outcomes.map(withoutPosition);
  }

  /** What is refused at once must be what the commit refuses. */
  async commit(draft: Draft): Promise<Outcome> {
    const refusal = this.engine.refusalNow?.(draft);
    const [outcome] = await this.batch(draft);
    if (refusal !== undefined) assert.deepEqual(outcome, { ok: false, refusal });
    return outcome!;
  }

  /** Commits what must be accepted, for the first time. */
  async accept(draft: Draft): Promise<Decided> {
    return entryOf(await this.commit(draft));
  }

  /** Commits what must be refused. */
  async refuse(draft: Draft): Promise<CommitRefusal> {
    return refusalOf(await this.commit(draft));
  }

  /** Puts units into an account, from the supply of its owner. */
  async fill(account: string, quantity: number): Promise<Decided> {
    const supply = `${ownerOf(account)}/supply`;
    return this.accept({
      floors: [{ account: supply, floor: SUPPLY_FLOOR }],
      moves: [{ legs: [{ from: supply, to: account }], quantity }],
    });
  }

  /** Creates a pool's document, or writes its next version. */
  async pool(id: string, more: Partial<DocumentWrite> = {}): Promise<Decided> {
    return this.accept({ writes: [poolWrite(id, more)] });
  }

  /** Moves units from available to held and writes the document that claims them. */
  async hold(id: string, pool: string, quantity: number, options: HoldOptions = {}) {
    return this.accept(holding(id, pool, quantity, options));
  }

  async balance(account: string): Promise<number> {
    const state = await this.owner(ownerOf(account));
    return state?.accounts[account.slice(account.indexOf('/') + 1)]?.balance ?? 0;
  }

  async owner(id: string): Promise<OwnerState | undefined> {
    return (await this.engine.owners([id]))[0];
  }

  async document(id: string): Promise<Document | undefined> {
    return (await this.engine.documents([id]))[0];
  }

  // What follows may be a moment behind the answers of commits: it is asked again until it is there.

  /** The page of a search that has caught up with all that was accepted. */
  async find(query: DocumentQuery): Promise<DocumentPage> {
    // A store over slots has more entries than were accepted, so that their number alone says little.
    await this.engine.recorded?.();
    return once(
      () => this.engine.find(query),
      ({ asOf }) => asOf >= this.#accepted,
    );
  }

  /** Every entry of the journal, once it has all that was accepted. */
  async journal(): Promise<Entry[]> {
    return once(
      () => this.engine.entries({ after: 0, limit: 100_000 }),
      ({ length }) => length >= this.#accepted,
    );
  }

  /** Waits until these pools are listed, whatever others are. */
  async listed(...pools: string[]): Promise<void> {
    await once(
      async () => (await this.engine.pools({ limit: 1_000 })).map(({ owner }) => owner),
      (owners) => pools.every((pool) => owners.includes(pool)),
    );
  }

  /** Waits until what is read is as expected; fails with the difference when it stays another. */
  async becomes<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
    const found = await once(read, (each) => isDeepStrictEqual(each, expected));
    assert.deepEqual(found, expected);
  }
}

export interface HoldOptions {
  forMs?: number;
  undo?: string | { release: string };
  tentative?: boolean;
  kind?: string;
}

/** The transaction of `Bench.hold`. Without `forMs` it is never due. */
export function holding(
  id: string,
  pool: string,
  quantity: number,
  options: HoldOptions = {},
): Draft {
  const { forMs, undo = { release: pool }, tentative, kind = 'reservation' } = options;
  const write: DocumentWrite = {
    id,
    kind,
    state: 'HELD',
    data: {},
    owners: [pool],
    claims: [{ move: 0, leg: 0, undo }],
  };
  if (forMs !== undefined) write.deadline = { afterMs: forMs };
  if (tentative === true) write.tentative = true;
  return {
    moves: [{ legs: [{ from: `${pool}/available`, to: `${pool}/held` }], quantity }],
    writes: [write],
  };
}

/** Undoes a hold: its claim goes where it says, and it is final. */
export function letGo(document: Document, state = 'EXPIRED'): Draft {
  const { id, kind, version, data, owners, claims } = document;
  return {
    guards: [{ document: id, version }],
    moves: claims.map(({ account, undo, quantity }) => ({
      legs: [{ from: account, to: undo }],
      quantity,
    })),
    writes: [{ id, kind, state, data, final: true, ...(owners ? { owners } : {}) }],
  };
}

export function poolWrite(id: string, more: Partial<DocumentWrite> = {}): DocumentWrite {
  const data = { product: id, place: 'main' };
  return { id: `pool:${id}`, kind: 'pool', state: 'OPEN', data, ...more };
}

/** Of a pool's document: closed, what is released goes to the pool `home`. */
export const closedWith = (home: string) => ({ state: 'CLOSED', releaseTo: { release: home } });

/** Of a pool's document: someone waits in line, what is released is offered. */
export const waitingIn = (pool: string) => ({ releaseTo: `${pool}/offered` });

/** A document that holds nothing. */
export function note(id: string, more: Partial<DocumentWrite> = {}): DocumentWrite {
  return { id, kind: 'note', state: 'NEW', data: {}, ...more };
}

export function move(from: string, to: string | { release: string }, quantity: number) {
  return { legs: [{ from, to }], quantity };
}

/** Units of a pool that are set aside. */
export function held(pool: string, quantity: number) {
  return move(`${pool}/available`, `${pool}/held`, quantity);
}
