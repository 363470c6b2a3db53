// The memory engine: `apply` over Maps, and every entry kept in an array. The executable
// specification that other engines are compared with; nothing survives the process.

import { apply } from '../kernel/apply.ts';
import { requestKey } from '../kernel/overlay.ts';
import { refusalNow } from '../kernel/refusal-now.ts';
import { balancesFrom } from './balances-from.ts';
import { EngineClock, SYSTEM_TIME, type TimeSource } from './clock.ts';
import type {
  Asked,
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
  RequestName,
  Transaction,
} from './contract.ts';
import { DocumentMap } from './document-store.ts';
import { Followers } from './followers.ts';
import { LiveState, type Requests } from './live-state.ts';
import { pageOf } from './query.ts';

class RequestMap implements Requests {
  readonly #positions = new Map<string, number>();
  readonly #entries: readonly Entry[];

  /** `entries`: all of them, from the first. */
  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  get(name: RequestName): Entry | undefined {
    const position = this.#positions.get(requestKey(name));
    return position === undefined ? undefined : this.#entries[position - 1];
  }

  add(name: RequestName, position: number): void {
    this.#positions.set(requestKey(name), position);
  }
}

export class MemoryEngine implements Engine {
  readonly name = 'memory';
  readonly commitsInFlightMax = 1;
  readonly decidesInOrder = true;
  readonly sheds = false;
  readonly #documents = new DocumentMap();
  readonly #entries: Entry[] = [];
  readonly #state = new LiveState(new RequestMap(this.#entries), this.#documents);
  readonly #clock: EngineClock;
  readonly #followers = new Followers();

  constructor(options: { time?: TimeSource } = {}) {
    this.#clock = new EngineClock(options.time ?? SYSTEM_TIME);
  }

  async commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    const state = this.#read();
    const applied = apply(state, batch);
    state.merge(applied);
    const { entries, outcomes } = applied;
    for (const entry of entries) this.#entries.push(entry);
    if (entries.length > 0) this.#followers.tell(entries);
    return outcomes;
  }

  refusalNow(asked: Asked): CommitRefusal | undefined {
    return refusalNow(this.#read(), asked);
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return ids.map((id) => this.#state.document(id));
  }

  peek(id: string): Document | undefined {
    return this.#state.document(id);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    return ids.map((id) => this.#state.owner(id));
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    return this.#state.pools(options);
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    const named = this.#state.findNamed(query);
    if (named !== undefined) return named;
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
    return {
      ok: true,
      detail: 'in memory; nothing is kept',
      position,
      live: documents.size,
      tableLag: 0,
    };
  }

  async close(): Promise<void> {
    this.#followers.clear();
  }

  /** The state with the time of now. */
  #read(): LiveState {
    const { nowMs, dueMs } = this.#clock.reading();
    this.#state.nowMs = nowMs;
    this.#state.dueMs = dueMs;
    return this.#state;
  }
}
