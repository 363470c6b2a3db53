// An engine of one's own, outside the package: memory, and a journal of one JSON line per batch in a
// file, synced before anyone is answered. It begins by reading the file from its start.

import { type FileHandle, open, readFile } from 'node:fs/promises';
import {
  type Answered,
  apply,
  balancesFrom,
  type ClockReading,
  type Document,
  DocumentMap,
  type DocumentPage,
  type DocumentQuery,
  type Engine,
  EngineClock,
  type EngineHealth,
  type Entry,
  Followers,
  graceAfter,
  graceIn,
  HoldfastError,
  LiveState,
  type OwnerState,
  pageOf,
  type RequestName,
  requestKey,
  SYSTEM_TIME,
  type TimeSource,
  type Transaction,
  takeEntry,
} from 'holdfast/engine';

/** A line of the file: a batch, or when the store was closed. */
type Line = { entries: Entry[] } | { closedMs: number };

export class LinesEngine implements Engine {
  readonly name = 'lines';
  /** The next batch is decided when the one before is on the disk. */
  readonly commitsInFlightMax = 1;
  readonly decidesInOrder = true;
  readonly sheds = false;
  readonly path: string;
  readonly #file: FileHandle;
  readonly #clock: EngineClock;
  readonly #entries: Entry[] = [];
  readonly #documents = new DocumentMap();
  readonly #positions = new Map<string, number>();
  readonly #state: LiveState;
  readonly #followers = new Followers();
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, clock: EngineClock) {
    this.path = path;
    this.#file = file;
    this.#clock = clock;
    const requests = {
      get: (name: RequestName) => this.#entries[(this.#positions.get(requestKey(name)) ?? 0) - 1],
      add: (name: RequestName, position: number) => {
        this.#positions.set(requestKey(name), position);
      },
    };
    this.#state = new LiveState(requests, this.#documents);
  }

  static async open(path: string, time: TimeSource = SYSTEM_TIME): Promise<LinesEngine> {
    const text = await readFile(path, 'utf8').catch(() => '');
    // What stands behind the last newline was never answered.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line !== '');
    const file = await open(path, 'a');
    await file.truncate(Buffer.byteLength(whole));
    let lastMs = 0;
    const kept = lines.map((line) => JSON.parse(line) as Line);
    for (const line of kept) {
      lastMs = 'closedMs' in line ? line.closedMs : line.entries[0]!.atMs;
    }
    const engine = new LinesEngine(path, file, new EngineClock(time, lastMs));
    for (const line of kept) if ('entries' in line) engine.#take(line.entries);
    if (engine.#entries.length > 0) await engine.#resume(lastMs);
    return engine;
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw new HoldfastError('unavailable', 'the store is closed');
    const applied = apply(this.#read(), batch);
    if (applied.entries.length > 0) {
      try {
        await this.#write({ entries: applied.entries });
      } catch (error) {
        // What stands in the file now is not known: nothing more is taken.
        this.#failure = error as Error;
        throw error;
      }
      this.#state.merge(applied);
      this.#entries.push(...applied.entries);
      this.#followers.tell(applied.entries);
    }
    return applied.outcomes;
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return ids.map((id) => this.#state.document(id));
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    return ids.map((id) => this.#state.owner(id));
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    return this.#state.pools(options);
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    const documents = pageOf([...this.#documents.values()], query);
    return { documents, asOf: this.#state.position };
  }

  async due(limit: number): Promise<Document[]> {
    return this.#read().due(limit);
  }

  nextDeadlineMs(): number | undefined {
    return this.#state.nextDeadlineMs();
  }

  async entries({ after, limit }: { after: number; limit: number }): Promise<Entry[]> {
    return this.#entries.slice(after, after + limit);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    return balancesFrom(this.#entries, owner, atMs);
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

  health(): EngineHealth {
    const { position, documents } = this.#state;
    const detail = this.#failure?.message ?? `lines in ${this.path}`;
    const ok = this.#failure === undefined;
    return { ok, detail, position, live: documents.size, tableLag: 0 };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#failure === undefined) await this.#write({ closedMs: this.clock().nowMs });
    await this.#file.close();
    this.#followers.clear();
  }

  /** The state with the time of now. */
  #read(): LiveState {
    const { nowMs, dueMs } = this.#clock.reading();
    this.#state.nowMs = nowMs;
    this.#state.dueMs = dueMs;
    return this.#state;
  }

  #take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      takeEntry(this.#state, entry);
      this.#entries.push(entry);
      this.#clock.holdExpiryUntil(graceIn(entry.events) ?? 0);
    }
  }

  /** After a time down nothing is due for a minute, and the journal says so. */
  async #resume(lastMs: number): Promise<void> {
    const grace = graceAfter(this.#clock, lastMs);
    if (grace !== undefined) await this.commit([grace.transaction]);
  }

  async #write(line: Line): Promise<void> {
    await this.#file.write(`${JSON.stringify(line)}\n`);
    await this.#file.sync();
  }
}
