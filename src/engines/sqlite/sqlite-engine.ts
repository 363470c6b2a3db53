// The embedded engine: decides in memory, appends to the journal in one thread, keeps tables in
// another. Nobody is answered before the append is synced, and nothing is shown that is not.

import { HoldfastError } from '../../errors.ts';
import { type Applied, apply } from '../../kernel/apply.ts';
import { refusalNow } from '../../kernel/refusal-now.ts';
import { EngineClock, SYSTEM_TIME } from '../clock.ts';
import type {
  Asked,
  CheckpointState,
  ClockReading,
  CommitRefusal,
  Document,
  DocumentPage,
  DocumentQuery,
  Engine,
  EngineHealth,
  Entry,
  Outcome,
  OwnerState,
  Transaction,
} from '../contract.ts';
import { crashPoint } from '../crash-point.ts';
import { graceAfter } from '../down-time.ts';
import { Followers } from '../followers.ts';
import { LiveState } from '../live-state.ts';
import { PackedDocuments } from '../packed-documents.ts';
import type { ArchiveOptions, ArchiveReport } from './archive/archive-options.ts';
import { checkpointState } from './checkpoint-state.ts';
import { Durability } from './durability.ts';
import { Evictions } from './evictions.ts';
import { writeLines } from './journal-line-writer.ts';
import { takeTail } from './journal-tail.ts';
import { type OpenSqlite, openFiles, type SqliteFiles } from './open-files.ts';
import { restMsBehind, TABLE_LAG_MAX } from './tables-lag.ts';

const ALIVE_EVERY_MS = 1_000;

interface Parts {
  files: SqliteFiles;
  state: LiveState;
  clock: EngineClock;
  evictions: Evictions;
}

export class SqliteEngine implements Engine {
  readonly name = 'sqlite';
  /**
   * One is written, one waits for the journal's thread, one is decided. With two that thread had nothing
   * to write whenever the deciding thread was busy answering: 64 connections got 5 to 8 % fewer answers.
   */
  readonly commitsInFlightMax = 3;
  readonly decidesInOrder = true;
  /** Called when nothing more can be written. */
  onFailed: (error: HoldfastError) => void = () => {};
  readonly journalId: string;
  readonly #files: SqliteFiles;
  readonly #state: LiveState;
  readonly #clock: EngineClock;
  readonly #evictions: Evictions;
  readonly #followers = new Followers();
  readonly #durability: Durability;
  #lastAppendMs = 0;
  #alive: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  private constructor({ files, state, clock, evictions }: Parts) {
    this.#files = files;
    this.journalId = files.journalId;
    this.#state = state;
    this.#clock = clock;
    this.#durability = new Durability(state.position);
    this.#evictions = evictions;
    this.#alive = setInterval(() => this.#markAlive(), ALIVE_EVERY_MS);
    this.#alive.unref();
    files.onAppended = (last) => this.#appended(last);
    files.onPassed = (position) => this.#evictions.passed(position);
    files.onFailed = (error) => {
      this.#durability.fail(error);
      this.onFailed(error);
    };
    files.undurable = (position) => this.#durability.entry(position);
  }

  /**
   * Opens or creates the store at a path, with its files beside it.
   *
   * @throws HoldfastError `unavailable` when another process has it; others when it cannot be read
   */
  static async open(path: string, options: OpenSqlite = {}): Promise<SqliteEngine> {
    const files = await openFiles(path);
    try {
      return await SqliteEngine.#start(files, options);
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  static async #start(files: SqliteFiles, options: OpenSqlite): Promise<SqliteEngine> {
    const { time = SYSTEM_TIME, nowMs = 0, writes = true } = options;
    const state = new LiveState(files.requests, new PackedDocuments());
    const { dueNotBeforeMs } = files.load(state);
    const evictions = new Evictions(state, (id) => files.tables.document(id));
    const tailNotBeforeMs = takeTail(state, files.journal);
    const { lastMs } = files;
    const clock = new EngineClock(time, Math.max(lastMs, nowMs));
    clock.holdExpiryUntil(Math.max(dueNotBeforeMs, tailNotBeforeMs));
    const engine = new SqliteEngine({ files, state, clock, evictions });
    if (!writes) {
      clearInterval(engine.#alive);
      return engine;
    }
    try {
      if (state.position > 0) await engine.#resume(lastMs);
      engine.#markAlive();
      return engine;
    } catch (error) {
      clearInterval(engine.#alive);
      throw error;
    }
  }

  commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    // Whatever throws in here rejects.
    return new Promise((resolve, reject) => {
      this.#checkOpen();
      this.#evictions.bringBackFor(batch);
      const state = this.#read();
      const applied = apply(state, batch);
      const { entries, outcomes } = applied;
      this.#take(applied);
      // Refusals wait too: what they were refused for may not be durable yet.
      const last = state.position;
      this.#durability.answer({ last, outcomes, entries, resolve, reject });
    });
  }

  refusalNow(asked: Asked): CommitRefusal | undefined {
    const { position, failure } = this.#durability;
    const isOpen = failure === undefined && this.#closing === undefined;
    if (!isOpen || position < this.#state.position) return undefined;
    return refusalNow(this.#read(), asked);
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#durably(() => ids.map((id) => this.#evictions.document(id)));
  }

  peek(id: string): Document | undefined {
    return this.#state.document(id);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    return this.#durably(() => ids.map((id) => this.#state.owner(id)));
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    return this.#durably(() => this.#state.pools(options));
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    const named = await this.#durably(() => this.#state.findNamed(query));
    return named ?? this.#files.lookUps.find(query);
  }

  async due(limit: number): Promise<Document[]> {
    return this.#durably(() => this.#read().due(limit));
  }

  nextDeadlineMs(): number | undefined {
    return this.#state.nextDeadlineMs();
  }

  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    this.#checkOpen();
    return this.#files.journal.entries(options);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    this.#checkOpen();
    await this.#settled();
    return this.#files.lookUps.balancesAt(owner, atMs);
  }

  follow(listener: (entries: readonly Entry[]) => void): () => void {
    return this.#followers.add(listener);
  }

  clock(): ClockReading {
    return this.#clock.reading();
  }

  resumeExpiry(): void {
    this.#clock.resumeExpiry();
  }

  get sheds(): boolean {
    return this.tableLag >= TABLE_LAG_MAX;
  }

  get restMs(): number {
    return restMsBehind(this.tableLag);
  }

  /** Entries that the tables have not taken yet. */
  get tableLag(): number {
    return this.#durability.position - this.#files.tablesPosition;
  }

  health(): EngineHealth {
    const { tableLag } = this;
    const stopped = this.#clock.reading().stopped;
    const { failure, position } = this.#durability;
    const { waiting = 'journal and tables follow' } = this.#files.restarts;
    return {
      ok: failure === undefined,
      detail: failure?.message ?? stopped ?? waiting,
      position,
      live: this.#state.documents.size,
      tableLag,
    };
  }

  /** The latest whole checkpoint up to a moment, for verify. */
  checkpoint(atMs = Number.MAX_SAFE_INTEGER): CheckpointState | undefined {
    return checkpointState(this.#files.journal, atMs);
  }

  async archive(options: ArchiveOptions): Promise<ArchiveReport> {
    this.#checkOpen();
    return this.#files.archiving.run(options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#settled().catch(() => {});
    clearInterval(this.#alive);
    this.#files.alive(this.#clock.reading().nowMs);
    await this.#files.close();
    this.#followers.clear();
  }

  // ── Writing ───────────────────────────────────────────────────────────────────────────────────

  /** Changes memory and sends the batch to be written; after that there is no way back. */
  #take(applied: Applied): void {
    const { entries } = applied;
    if (entries.length === 0) return;
    // Written out before anything is changed: what cannot be written fails here, alone.
    const body = this.#files.bodies.take();
    const ends = writeLines(body, entries);
    try {
      this.#state.merge(applied, { bytes: body.bytes, ends });
    } catch (error) {
      this.#durability.fail(new HoldfastError('unavailable', `memory: ${String(error)}`));
      throw error;
    }
    const { position: first, atMs } = entries[0]!;
    const { position: last } = entries.at(-1)!;
    this.#lastAppendMs = atMs;
    this.#files.append({ first, last, atMs, body });
  }

  #appended(last: number): void {
    crashPoint('before-reply');
    this.#durability.reached(last, (entries) => this.#followers.tell(entries));
  }

  #markAlive(): void {
    const { nowMs } = this.#clock.reading();
    if (this.#durability.failure === undefined && nowMs - this.#lastAppendMs >= ALIVE_EVERY_MS) {
      this.#files.alive(nowMs);
    }
  }

  /** After a time down: nothing is due for a minute, so that buyers can come back first. */
  async #resume(lastMs: number): Promise<void> {
    const grace = graceAfter(this.#clock, lastMs);
    if (grace !== undefined) await this.commit([grace.transaction]);
  }

  // ── Reading ───────────────────────────────────────────────────────────────────────────────────

  /** Reads at once, and answers when all that could be read then is durable. */
  async #durably<T>(read: () => T): Promise<T> {
    this.#checkOpen();
    const found = read();
    await this.#settled();
    return found;
  }

  #checkOpen(): void {
    if (this.#durability.failure !== undefined) throw this.#durability.failure;
    if (this.#closing !== undefined) throw new HoldfastError('unavailable', 'the store is closed');
  }

  /** Resolves when all that is decided now is durable. */
  #settled(): Promise<void> {
    return this.#durability.wait(this.#state.position);
  }

  #read(): LiveState {
    const { nowMs, dueMs } = this.#clock.reading();
    this.#state.nowMs = nowMs;
    this.#state.dueMs = dueMs;
    return this.#state;
  }
}
