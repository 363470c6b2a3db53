// The sqlite engine as others hold it: one opening of the store after another behind the same object.
// When the disk is full, or the tables turn out to be damaged, what was decided and not written is
// thrown away with the opening, and the state is read again from the files; reads wait for that and
// go on, commands are refused until there is room. Any other failure stays until a restart.

import { HoldfastError } from '../../errors.ts';
import { SYSTEM_TIME, type TimeSource } from '../clock.ts';
import type {
  Asked,
  CheckpointState,
  ClockReading,
  CommitRefusal,
  Document,
  DocumentPage,
  DocumentQuery,
  EngineHealth,
  Entry,
  Outcome,
  OwnerState,
  Transaction,
} from '../contract.ts';
import { Followers } from '../followers.ts';
import type { ArchiveOptions, ArchiveReport, ArchivingEngine } from './archive/archive-options.ts';
import { heldOpen, pathsOf, removeTables } from './files.ts';
import { openSqlite } from './open-sqlite.ts';
import { isDamagedTables } from './row-sums.ts';
import type { SqliteEngine } from './sqlite-engine.ts';
import { freeBytes, isDiskFull } from './store-failure.ts';

/** Commands are taken again when there is room for more than the next few batches. */
const ROOM_BYTES = 4 * 2 ** 20;
/** How often a full disk is looked at. */
const LOOK_EVERY_MS = 250;
const SLICE = 1_000;

interface Mending {
  /** false: open it for reading alone. */
  writes: boolean;
  withoutTables?: boolean;
}

export class MendingEngine implements ArchivingEngine {
  readonly name = 'sqlite';
  readonly journalId: string;
  readonly commitsInFlightMax: number;
  readonly decidesInOrder: boolean;
  readonly #path: string;
  readonly #time: TimeSource;
  readonly #followers = new Followers();
  #engine: SqliteEngine;
  /** Why commands are refused. */
  #full: HoldfastError | undefined;
  #mending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(path: string, time: TimeSource, engine: SqliteEngine) {
    this.#path = path;
    this.#time = time;
    this.#engine = engine;
    this.journalId = engine.journalId;
    this.#followers.told = engine.health().position;
    this.commitsInFlightMax = engine.commitsInFlightMax;
    this.decidesInOrder = engine.decidesInOrder;
    this.#attach(engine);
  }

  /** @throws HoldfastError `unavailable` when another process has the store, or it cannot be read */
  static async open(path: string, options: { time?: TimeSource } = {}): Promise<MendingEngine> {
    const time = options.time ?? SYSTEM_TIME;
    return new MendingEngine(path, time, await openSqlite(path, { time }));
  }

  async commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    while (this.#mending !== undefined) await this.#mending;
    if (this.#full !== undefined) throw this.#full;
    return this.#ask((engine) => engine.commit(batch));
  }

  documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#read((engine) => engine.documents(ids));
  }

  refusalNow(asked: Asked): CommitRefusal | undefined {
    if (this.#mending !== undefined || this.#full !== undefined) return undefined;
    try {
      return this.#engine.refusalNow(asked);
    } catch {
      // The commit fails in the same way, and what can be mended is mended then.
      return undefined;
    }
  }

  peek(id: string): Document | undefined {
    return this.#engine.peek(id);
  }

  owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    return this.#read((engine) => engine.owners(ids));
  }

  pools(options: { after?: string; limit: number }): Promise<OwnerState[]> {
    return this.#read((engine) => engine.pools(options));
  }

  find(query: DocumentQuery): Promise<DocumentPage> {
    return this.#read((engine) => engine.find(query));
  }

  due(limit: number): Promise<Document[]> {
    return this.#read((engine) => engine.due(limit));
  }

  nextDeadlineMs(): number | undefined {
    return this.#engine.nextDeadlineMs();
  }

  entries(options: { after: number; limit: number }): Promise<Entry[]> {
    return this.#read((engine) => engine.entries(options));
  }

  balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    return this.#read((engine) => engine.balancesAt(owner, atMs));
  }

  checkpoint(atMs?: number): CheckpointState | undefined {
    return this.#engine.checkpoint(atMs);
  }

  follow(listener: (entries: readonly Entry[]) => void): () => void {
    return this.#followers.add(listener);
  }

  clock(): ClockReading {
    return this.#engine.clock();
  }

  resumeExpiry(): void {
    this.#engine.resumeExpiry();
  }

  /** A disk that has no room for the archive says nothing of the store's. */
  async archive(options: ArchiveOptions): Promise<ArchiveReport> {
    while (this.#mending !== undefined) await this.#mending;
    return this.#engine.archive(options);
  }

  get sheds(): boolean {
    return this.#engine.sheds;
  }

  get restMs(): number {
    return this.#engine.restMs;
  }

  health(): EngineHealth {
    const health = this.#engine.health();
    if (this.#full === undefined) return health;
    return { ...health, ok: false, detail: `${this.#full.message}; reads go on` };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#mending?.catch(() => {});
    clearTimeout(this.#timer);
    await this.#engine.close();
    this.#followers.clear();
  }

  /** A read that meets an opening that has failed asks the next one. */
  async #read<T>(ask: (engine: SqliteEngine) => Promise<T>): Promise<T> {
    try {
      return await this.#ask(ask);
    } catch (error) {
      if (this.#mending === undefined) throw error;
      return this.#ask(ask);
    }
  }

  async #ask<T>(ask: (engine: SqliteEngine) => Promise<T>): Promise<T> {
    while (this.#mending !== undefined) await this.#mending;
    try {
      return await ask(this.#engine);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #attach(engine: SqliteEngine): void {
    engine.onFailed = (error) => this.#failed(error);
    engine.follow((entries) => this.#followers.tell(entries));
  }

  #failed(error: unknown): void {
    if (this.#mending !== undefined || this.#closing !== undefined) return;
    const full = error instanceof HoldfastError && error.code === 'disk-full';
    if (full && this.#full === undefined) {
      this.#full = error;
      this.#mend({ writes: false });
    } else if (isDamagedTables(error)) {
      this.#mend({ writes: this.#full === undefined, withoutTables: true });
    }
  }

  #mend(how: Mending): void {
    this.#mending = this.#openAgain(how)
      .catch((error: unknown) => process.emitWarning(`the store cannot be mended: ${error}`))
      .finally(() => {
        this.#mending = undefined;
        if (this.#full !== undefined) this.#waitForRoom();
      });
  }

  async #openAgain({ writes, withoutTables = false }: Mending): Promise<void> {
    const path = this.#path;
    // While somebody has them open, SQLite leaves WAL and shared memory where they are: on a full disk
    // they could not be made again.
    const release = withoutTables ? () => {} : heldOpen(pathsOf(path));
    const { nowMs } = this.#engine.clock();
    try {
      await this.#engine.close();
      if (withoutTables) removeTables(path);
      const engine = await this.#opened(writes, nowMs);
      await this.#tellMissed(engine);
      this.#engine = engine;
      this.#attach(engine);
    } finally {
      release();
    }
  }

  /** Open for writing if it can be; on a full disk for reading alone. */
  async #opened(writes: boolean, nowMs: number): Promise<SqliteEngine> {
    const options = { time: this.#time, nowMs };
    if (!writes) return openSqlite(this.#path, { ...options, writes: false });
    try {
      const engine = await openSqlite(this.#path, options);
      this.#full = undefined;
      return engine;
    } catch (error) {
      if (!isDiskFull(error, this.#path)) throw error;
      this.#full ??= error as HoldfastError;
      return openSqlite(this.#path, { ...options, writes: false });
    }
  }

  /** What was written and never acknowledged is told to those who follow. */
  async #tellMissed(engine: SqliteEngine): Promise<void> {
    while (this.#followers.told < engine.health().position) {
      this.#followers.tell(await engine.entries({ after: this.#followers.told, limit: SLICE }));
    }
  }

  #waitForRoom(): void {
    if (this.#closing !== undefined) return;
    this.#timer = setTimeout(() => {
      if (freeBytes(this.#path) >= ROOM_BYTES) this.#mend({ writes: true });
      else this.#waitForRoom();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }
}
