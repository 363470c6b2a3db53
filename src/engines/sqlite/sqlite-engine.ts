// The embedded engine: decides in memory, appends to the journal in one thread, keeps tables in
// another. Nobody is answered before the append is synced, and nothing is shown that is not.

import { HoldfastError } from '../../errors.ts';
import { apply } from '../../kernel/apply.ts';
import { EngineClock, SYSTEM_TIME, type TimeSource } from '../clock.ts';
import type {
  CheckpointState,
  ClockReading,
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
import { PackedDocuments } from '../document-store.ts';
import { LiveState } from '../live-state.ts';
import { checkpointState } from './checkpoint-state.ts';
import { DocumentTexts } from './document-texts.ts';
import { Evictions } from './evictions.ts';
import { encodeLine } from './journal-line.ts';
import { openFiles, type SqliteFiles } from './open-files.ts';

/** Entries that the tables may be behind before new reservations are turned away. */
const TABLE_LAG_MAX = 1_000_000;
/** A store that was down longer than this gives everyone a minute before anything is due. */
const DOWN_MAX_MS = 5_000;
const GRACE_MS = 60_000;
const ALIVE_EVERY_MS = 1_000;

const NONE: readonly never[] = [];

interface Parts {
  files: SqliteFiles;
  state: LiveState;
  clock: EngineClock;
  texts: DocumentTexts;
}

interface InFlight {
  last: number;
  outcomes: Outcome[];
  entries: Entry[];
  resolve(outcomes: Outcome[]): void;
  reject(error: unknown): void;
}

export class SqliteEngine implements Engine {
  readonly name = 'sqlite';
  readonly commitsInFlightMax = 2;
  readonly #files: SqliteFiles;
  readonly #state: LiveState;
  readonly #clock: EngineClock;
  readonly #texts: DocumentTexts;
  readonly #evictions: Evictions;
  readonly #followers = new Set<(entries: readonly Entry[]) => void>();
  /** Decided and being written, oldest first. */
  #inFlight: InFlight[] = [];
  #waiters: { position: number; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #durable: number;
  #lastAppendMs = 0;
  #failure: HoldfastError | undefined;
  #alive: NodeJS.Timeout;
  #closed = false;

  private constructor({ files, state, clock, texts }: Parts) {
    this.#texts = texts;
    this.#files = files;
    this.#state = state;
    this.#clock = clock;
    this.#durable = state.position;
    this.#evictions = new Evictions(state, files.tablesPosition);
    this.#alive = setInterval(() => this.#markAlive(), ALIVE_EVERY_MS);
    this.#alive.unref();
    files.onAppended = (last) => this.#appended(last);
    files.onPassed = (position) => this.#evictions.passed(position);
    files.onFailed = (error) => this.#fail(error);
  }

  /**
   * Opens or creates the store at a path, with its files beside it.
   *
   * @throws HoldfastError `unavailable` when another process has it, or it cannot be read
   */
  static async open(path: string, options: { time?: TimeSource } = {}): Promise<SqliteEngine> {
    const files = await openFiles(path);
    try {
      const texts = new DocumentTexts();
      const state = new LiveState(files.requests, new PackedDocuments(texts.encode));
      const { dueNotBeforeMs } = files.load(state);
      const { lastMs } = files;
      const clock = new EngineClock(options.time ?? SYSTEM_TIME, lastMs);
      clock.holdExpiryUntil(dueNotBeforeMs);
      texts.clear();
      const engine = new SqliteEngine({ files, state, clock, texts });
      if (state.position > 0) await engine.#resume(lastMs);
      engine.#markAlive();
      return engine;
    } catch (error) {
      await files.close();
      throw error;
    }
  }

  commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed)
      return Promise.reject(new HoldfastError('unavailable', 'the store is closed'));
    this.#bringBack(batch);
    const state = this.#read();
    const applied = apply(state, batch);
    const { entries, outcomes } = applied;
    for (const entry of entries) this.#files.remember(entry);
    state.merge(applied);
    if (entries.length > 0) this.#append(entries);
    this.#texts.clear();
    this.#evictions.note(entries);
    return new Promise((resolve, reject) => {
      // Refusals wait too: what they were refused for may not be durable yet.
      const last = state.position;
      if (last <= this.#durable) resolve(outcomes);
      else this.#inFlight.push({ last, outcomes, entries, resolve, reject });
    });
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    await this.#settled();
    return ids.map((id) => this.#state.document(id) ?? this.#stored(id));
  }

  peek(id: string): Document | undefined {
    return this.#state.document(id);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    await this.#settled();
    return ids.map((id) => this.#state.owner(id));
  }

  async pools(options: { after?: string; limit: number }): Promise<OwnerState[]> {
    await this.#settled();
    return this.#state.pools(options);
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    await this.#settled();
    const named = this.#state.findNamed(query);
    return named ?? this.#files.find(query);
  }

  async due(limit: number): Promise<Document[]> {
    return this.#read().due(limit);
  }

  nextDeadlineMs(): number | undefined {
    return this.#state.nextDeadlineMs();
  }

  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    return this.#files.journal.entries(options);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    await this.#settled();
    return this.#files.balancesAt(owner, atMs);
  }

  follow(listener: (entries: readonly Entry[]) => void): () => void {
    this.#followers.add(listener);
    return () => this.#followers.delete(listener);
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

  /** Entries that the tables have not taken yet. */
  get tableLag(): number {
    return this.#durable - this.#files.tablesPosition;
  }

  health(): EngineHealth {
    const { tableLag } = this;
    const stopped = this.#clock.reading().stopped;
    const detail = this.#failure?.message ?? stopped ?? 'journal and tables follow';
    return {
      ok: this.#failure === undefined,
      detail,
      position: this.#durable,
      live: this.#state.documents.size,
      tableLag,
    };
  }

  /** The latest whole checkpoint up to a moment, for verify. */
  checkpoint(atMs = Number.MAX_SAFE_INTEGER): CheckpointState | undefined {
    return checkpointState(this.#files.journal, atMs);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#settled().catch(() => {});
    this.#closed = true;
    clearInterval(this.#alive);
    this.#files.alive(this.#clock.reading().nowMs);
    await this.#files.close();
    this.#followers.clear();
  }

  // ── Writing ───────────────────────────────────────────────────────────────────────────────────

  #append(entries: readonly Entry[]): void {
    const body = this.#files.bodies.take();
    for (const entry of entries) body.add(encodeLine(entry, this.#texts.encode));
    const first = entries[0]!;
    const last = entries.at(-1)!;
    this.#lastAppendMs = first.atMs;
    this.#files.append({
      first: first.position,
      last: last.position,
      atMs: first.atMs,
      body,
    });
  }

  #appended(last: number): void {
    crashPoint('before-reply');
    this.#durable = last;
    while (this.#inFlight.length > 0 && this.#inFlight[0]!.last <= last) {
      const { entries, outcomes, resolve } = this.#inFlight.shift()!;
      for (const entry of entries) this.#files.forget(entry);
      if (entries.length > 0) for (const follower of this.#followers) follower(entries);
      resolve(outcomes);
    }
    const waiting = this.#waiters;
    if (waiting.length === 0) return;
    this.#waiters = waiting.filter(({ position }) => position > last);
    for (const { position, resolve } of waiting) if (position <= last) resolve();
  }

  #fail(error: HoldfastError): void {
    this.#failure ??= error;
    for (const { reject } of this.#inFlight.splice(0)) reject(this.#failure);
    for (const { reject } of this.#waiters.splice(0)) reject(this.#failure);
  }

  #markAlive(): void {
    const { nowMs } = this.#clock.reading();
    if (this.#failure === undefined && nowMs - this.#lastAppendMs >= ALIVE_EVERY_MS) {
      this.#files.alive(nowMs);
    }
  }

  /** After a time down: nothing is due for a minute, so that buyers can come back first. */
  async #resume(lastMs: number): Promise<void> {
    const { nowMs } = this.#clock.reading();
    const downMs = nowMs - lastMs;
    if (downMs <= DOWN_MAX_MS) return;
    const dueNotBeforeMs = nowMs + GRACE_MS;
    this.#clock.holdExpiryUntil(dueNotBeforeMs);
    const data = { downMs, dueNotBeforeMs };
    await this.commit([{ events: [{ type: 'store.resumed', subject: 'store', data }] }]);
  }

  // ── Reading ───────────────────────────────────────────────────────────────────────────────────

  /** Resolves when all that is decided now is durable. */
  #settled(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { position } = this.#state;
    if (position <= this.#durable) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ position, resolve, reject });
    });
  }

  #read(): LiveState {
    const { nowMs, dueMs } = this.#clock.reading();
    this.#state.nowMs = nowMs;
    this.#state.dueMs = dueMs;
    return this.#state;
  }

  /** Documents that have left memory and that a transaction asks about. */
  #bringBack(batch: readonly Transaction[]): void {
    for (const { guards, writes } of batch) {
      for (const guard of guards ?? NONE) if ('document' in guard) this.#recall(guard.document);
      for (const { id, fresh } of writes ?? NONE) if (fresh !== true) this.#recall(id);
    }
  }

  #recall(id: string): void {
    if (id.includes(':') || this.#state.document(id) !== undefined) return;
    const stored = this.#stored(id);
    if (stored !== undefined) this.#evictions.bringBack(stored);
  }

  #stored(id: string): Document | undefined {
    return id.includes(':') ? undefined : this.#files.tables.document(id);
  }
}
