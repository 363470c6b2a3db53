// What remembers a store in Redis, in memory: takes the entries of its stream as the journal is taken, checks
// that they come in order, once each, and answers what is asked of the past. For tests of the Redis half
// alone; nothing survives the process.

import assert from 'node:assert/strict';
import { balancesFrom } from '../../src/engines/balances-from.ts';
import type { Decided, Engine, Entry, RequestName } from '../../src/engines/contract.ts';
import { DocumentMap } from '../../src/engines/document-store.ts';
import { Followers } from '../../src/engines/followers.ts';
import { LiveState } from '../../src/engines/live-state.ts';
import { pageOf } from '../../src/engines/query.ts';
import type {
  DecidedBatch,
  Past,
  RecordState,
  Remembering,
} from '../../src/engines/redis/remembering.ts';
import { takeEntry } from '../../src/engines/take-entry.ts';
import { requestKey } from '../../src/kernel/overlay.ts';

export class MemoryRecord implements Remembering {
  readonly past: Past;
  readonly #documents: DocumentMap;
  readonly #entries: Entry[];
  readonly #places: Map<string, number>;
  readonly #live: LiveState;
  readonly #followers: Followers;
  /** Documents that came in this stream. */
  readonly #own = new Set<string>();
  #state: Omit<RecordState, 'nowMs'> = { epoch: 0, number: 0, leaseUntilMs: 0 };

  /** `beside`: of another stream, whose entries come into the same journal. */
  constructor(beside?: MemoryRecord) {
    this.#documents = beside === undefined ? new DocumentMap() : beside.#documents;
    this.#entries = beside === undefined ? [] : beside.#entries;
    this.#places = beside === undefined ? new Map() : beside.#places;
    this.#followers = beside === undefined ? new Followers() : beside.#followers;
    this.#live = beside === undefined ? this.#lived() : beside.#live;
    this.past = {
      entries: async ({ after, limit }) => this.#entries.slice(after, after + limit),
      follow: (...asked: Parameters<Engine['follow']>) => this.#followers.add(...asked),
      balancesAt: async (owner, atMs) => balancesFrom(this.#entries, owner, atMs),
      pools: async (options) => this.#live.pools(options),
      documents: async (ids) =>
        ids.map((id) => (this.#own.has(id) ? this.#documents.get(id) : undefined)),
      find: async (query) => {
        const documents = pageOf([...this.#documents.values()], query);
        return { documents, asOf: this.#live.position };
      },
      health: () => {
        const { position, documents } = this.#live;
        return { ok: true, detail: 'remembered', position, live: documents.size, tableLag: 0 };
      },
    };
  }

  #lived(): LiveState {
    return new LiveState(
      {
        get: (name) => this.#entries[(this.#places.get(requestKey(name)) ?? 0) - 1],
        add: (name, position) => this.#places.set(requestKey(name), position),
      },
      this.#documents,
    );
  }

  async look(): Promise<RecordState> {
    return { ...this.#state, nowMs: Date.now() };
  }

  async openEpoch({ runId, untilMs }: Parameters<Remembering['openEpoch']>[0]) {
    this.#state = { epoch: this.#state.epoch + 1, number: 0, leaseUntilMs: untilMs };
    if (runId !== undefined) this.#state.runId = runId;
    return { ok: true as const, state: await this.look() };
  }

  async extendLease({ epoch, untilMs }: { epoch: number; untilMs: number }) {
    assert.equal(epoch, this.#state.epoch);
    this.#state.leaseUntilMs = untilMs;
    return { ok: true as const, state: await this.look() };
  }

  async recordBatches(batches: readonly DecidedBatch[]) {
    const fresh: Entry[] = [];
    let skipped = 0;
    for (const { epoch, number, decided } of batches) {
      assert.equal(epoch, this.#state.epoch);
      if (number <= this.#state.number) {
        skipped += 1;
        continue;
      }
      assert.equal(number, this.#state.number + 1, 'a batch is missing');
      for (const each of decided) {
        const entry: Entry = { position: this.#entries.length + 1, ...each };
        this.#entries.push(entry);
        takeEntry(this.#live, entry);
        for (const { id } of entry.documents) this.#own.add(id);
        fresh.push(entry);
      }
      this.#state.number = number;
    }
    if (fresh.length > 0) this.#followers.tell(fresh);
    const { epoch, number } = this.#state;
    return { ok: true as const, epoch, number, skipped, refused: [] };
  }

  async firstAnswers(requests: readonly RequestName[]): Promise<(Decided | undefined)[]> {
    return requests.map((name) => {
      const { position: _, ...decided } = this.#live.request(name) ?? { position: 0 };
      return 'atMs' in decided ? (decided as Decided) : undefined;
    });
  }

  async remembers(requests: readonly RequestName[]): Promise<boolean[]> {
    return requests.map((name) => this.#live.request(name) !== undefined);
  }

  async close(): Promise<void> {}
}
