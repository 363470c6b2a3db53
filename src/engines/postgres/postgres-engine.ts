// The engine for several servers on one PostgreSQL. Decides under locks in the database, and reads from
// there; keeps nothing itself but what it was last told. Positions are the sequencer's.

import { HoldfastError } from '../../errors.ts';
import { EngineClock, type TimeSource } from '../clock.ts';
import type {
  Answered,
  ClockReading,
  Document,
  DocumentPage,
  DocumentQuery,
  Engine,
  EngineHealth,
  Entry,
  OwnerState,
  Transaction,
} from '../contract.ts';
import { Coordination, type Settled, type Settling } from '../coordinator/coordination.ts';
import { lackedPart } from '../coordinator/missing-part.ts';
import { Comeback } from '../down-time.ts';
import { Attempts } from './attempt.ts';
import { Commits } from './commits.ts';
import { type Connections, STALLED_MAX_MS } from './connections.ts';
import { Contact } from './contact.ts';
import { DatabaseTime } from './database-time.ts';
import type { Committed } from './decision.ts';
import { openingFailure } from './failures.ts';
import { Forgetting } from './forgetting.ts';
import { JournalTail } from './journal-tail.ts';
import type { Life, LifeSigns } from './life.ts';
import { type OpenedStore, type OpenPostgres, openStore } from './opening.ts';
import { Reads } from './reads.ts';
import { Sequencer } from './sequencer.ts';
import { Shares } from './shares.ts';
import { Turns } from './turns.ts';
import type { Wakes } from './wakes.ts';

const TIMEOUTS = { lockMs: 100, statementMs: 8_000 };
/** Longer than a server that stands still keeps its locks: who waits for one of those is decided, not refused. */
const STUCK_MAX_MS = STALLED_MAX_MS + 1_000;

export type { OpenPostgres } from './opening.ts';

export class PostgresEngine implements Engine, Settling {
  readonly name = 'postgres';
  readonly sheds = false;
  readonly timesMayCross = true;
  readonly journalId: string;
  readonly #connections: Connections;
  readonly #watching: Connections;
  readonly #time: TimeSource;
  readonly #clock: EngineClock;
  readonly #attempts: Attempts;
  readonly #commits: Commits;
  readonly #reads: Reads;
  readonly #tail: JournalTail;
  readonly #life: LifeSigns;
  readonly #shares: Shares;
  readonly #forgetting: Forgetting;
  readonly #turns: Turns;
  readonly #contact = new Contact();
  readonly #wakes: Wakes;
  readonly #coordination: Coordination | undefined;
  /** Of a part that this server was not told of. */
  #missing: HoldfastError | undefined;
  /** What was in doubt when it was opened. */
  #inDoubt: Settled['inDoubt'] = [];
  #forgotten: Promise<number> | undefined;
  readonly #comeback = new Comeback();
  #closing: Promise<void> | undefined;

  private constructor(opened: OpenedStore) {
    const { connections, watching, schema, locking, time, life, signs, wakes, parts } = opened;
    this.#connections = connections;
    this.#time = time;
    this.#life = signs;
    this.journalId = life.journalId;
    this.#clock = new EngineClock(time, life.atMs);
    this.#clock.holdExpiryUntil(life.dueNotBeforeMs);
    this.#watching = watching;
    this.#attempts = new Attempts({ schema, timeouts: TIMEOUTS, now: () => this.clock() });
    this.#commits = new Commits({
      attempt: (asked) => connections.with((connection) => this.#attempts.run(connection, asked)),
      placeOf: () => ({ watching, schema }),
      ...{ locking, stuckMs: STUCK_MAX_MS },
      committed: (applied) => this.#committed(applied),
      takeOver: (...needing) => this.#coordination?.takeOver(...needing),
    });
    this.#reads = new Reads(connections, schema);
    const home = { connections, watching, schema, journalId: this.journalId };
    if (parts !== undefined) {
      this.#coordination = new Coordination({
        ...{ parts, home, reads: this.#reads, now: () => this.clock() },
        committed: (applied) => this.#committed(applied),
      });
    }
    this.#shares = new Shares(connections, schema);
    this.#forgetting = new Forgetting(connections, schema);
    const sequencer = new Sequencer(connections, schema);
    const tail = { sequencer, reads: this.#reads, shares: this.#shares };
    this.#tail = new JournalTail(tail, life.position);
    this.#turns = new Turns(() => this.#turn());
    this.#wakes = wakes;
    wakes.onWake = () => this.#tail.advance();
  }

  /**
   * Opens the store in a schema of a database, and makes it if it is not there.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async open(address: string, options: OpenPostgres = {}): Promise<PostgresEngine> {
    const store = await openStore(address, options);
    let engine: PostgresEngine | undefined;
    try {
      engine = new PostgresEngine(store);
      await store.wakes.listen();
      await engine.#start(store.life);
      return engine;
    } catch (error) {
      await (engine ?? store).close();
      throw openingFailure(error);
    }
  }

  get commitsInFlightMax(): number {
    return this.#attempts.rivals.batchesMax;
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    this.#checkOpen({ whole: true });
    return this.#coordination?.commit(batch, this.#commits) ?? this.#commits.run(batch);
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    this.#checkOpen();
    return this.#reads.documents(ids);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    this.#checkOpen({ whole: true });
    return (this.#coordination ?? this.#reads).owners(ids);
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    this.#checkOpen();
    const owners = await this.owners(await this.#reads.pools(options));
    return owners.filter((owner) => owner !== undefined);
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    this.#checkOpen();
    return { asOf: this.#tail.position, documents: await this.#reads.find(query) };
  }

  async due(limit: number): Promise<Document[]> {
    this.#checkOpen({ whole: true });
    // What nobody can settle at present must not keep the rest from being settled.
    const without = this.#coordination?.awayPrefixes ?? [];
    return this.#reads.due(this.clock().dueMs, this.#shares.own, { limit, without });
  }

  nextDeadlineMs(): number | undefined {
    return this.#tail.nextDeadlineMs;
  }

  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    this.#checkOpen();
    return this.#tail.entries(options);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    this.#checkOpen({ whole: true });
    return (this.#coordination ?? this.#reads).balancesAt(owner, atMs);
  }

  follow(...asked: Parameters<Engine['follow']>): () => void {
    return this.#tail.follow(...asked);
  }

  clock(): ClockReading {
    const reading = this.#clock.reading();
    return this.#contact.isLost ? { ...reading, dueMs: 0 } : reading;
  }

  resumeExpiry(): void {
    this.#clock.resumeExpiry();
  }

  /** Finishes what is in doubt in parts, as every turn does, and tells of it. */
  async settle(): Promise<Settled> {
    this.#checkOpen();
    const before = this.#inDoubt.splice(0);
    const { inDoubt, away } = (await this.#coordination?.settle()) ?? { inDoubt: [], away: [] };
    return { inDoubt: [...before, ...inDoubt], away };
  }

  health(): EngineHealth {
    const stopped = this.#clock.reading().stopped;
    const failure = this.#turns.failure ?? this.#missing?.message;
    return {
      ok: failure === undefined,
      detail: failure ?? stopped ?? this.#coordination?.detail ?? 'the database answers',
      ...{ position: this.#tail.position, live: this.#tail.live, tableLag: 0 },
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#turns.stop();
    await this.#tail.close();
    await this.#life.sign(this.clock().nowMs).catch(() => {});
    await this.#shares.leave().catch(() => {});
    await this.#forgotten;
    await this.#coordination?.close();
    await this.#wakes.close();
    await Promise.all([this.#connections.close(), this.#watching.close()]);
  }

  async #start(life: Life): Promise<void> {
    // What was left in doubt may stand in the way of anything that comes now.
    this.#inDoubt = (await this.#coordination?.settle())?.inDoubt ?? [];
    await this.#resume(life);
    await this.#shares.enter(this.clock().nowMs);
    this.#missing = lackedPart((await this.#life.read()).parts, this.#coordination);
    await this.#tail.look();
    this.#tail.live = await this.#reads.live();
  }

  /** After a time in which no server reached the database nothing is due for a minute. */
  #resume({ aliveMs, position }: Life): Promise<void> {
    return this.#comeback.after(aliveMs, this.#clock, async ({ dueNotBeforeMs, transaction }) => {
      await this.#life.holdExpiryUntil(dueNotBeforeMs);
      if (position > 0) await this.commit([transaction]);
    });
  }

  /** That this server lives, what the others have done, what the clock says. */
  async #turn(): Promise<void> {
    if (this.#time instanceof DatabaseTime) await this.#time.look(this.#connections);
    const { nowMs } = this.clock();
    if (this.#contact.isLost) await this.#resume(await this.#life.enter(nowMs));
    await this.#life.sign(nowMs);
    const { dueNotBeforeMs, parts } = await this.#life.read();
    this.#clock.holdExpiryUntil(dueNotBeforeMs);
    this.#missing = lackedPart(parts, this.#coordination);
    // Others have the part: what is due there is theirs.
    await (this.#missing ? this.#shares.leave() : this.#shares.sign(nowMs));
    this.#coordination?.look();
    this.#contact.looked();
    await this.#tail.look();
    // It may take long, once an hour, which says nothing against the database.
    this.#forgotten ??= this.#forgetting
      .step(nowMs, () => (this.#missing ? undefined : this.#coordination?.forget()))
      .catch(() => 0)
      .finally(() => {
        this.#forgotten = undefined;
      });
  }

  #committed({ entries, documents, batch }: Committed): void {
    this.#contact.met();
    if (entries.length === 0) return;
    for (const { tentative, deadlineMs } of documents.values()) {
      if (tentative !== true && deadlineMs !== undefined) this.#tail.noteDeadline(deadlineMs);
    }
    if (batch !== undefined) this.#tail.remember(batch, entries);
    this.#tail.advance();
  }

  /** `whole`: without a part it would see and write what stands there in the wrong place. */
  #checkOpen({ whole = false } = {}): void {
    if (this.#closing !== undefined) throw new HoldfastError('unavailable', 'the store is closed');
    if (whole && this.#missing !== undefined) throw this.#missing;
  }
}
