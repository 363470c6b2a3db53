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
import type { Remembered, Remembering } from '../../src/engines/redis/remembering.ts';
import type { StreamBatch } from '../../src/engines/redis/stream.ts';
import { takeEntry } from '../../src/engines/take-entry.ts';
import { requestKey } from '../../src/kernel/overlay.ts';

export class MemoryRecord implements Remembering {
  readonly record: Remembering['record'];
  readonly #documents = new DocumentMap();
  readonly #entries: Entry[] = [];
  readonly #places = new Map<string, number>();
  readonly #state: LiveState;
  readonly #followers = new Followers();
  #place: Remembered = { epoch: 1, number: 0 };

  constructor() {
    this.#state = new LiveState(
      {
        get: (name) => this.#entries[(this.#places.get(requestKey(name)) ?? 0) - 1],
        add: (name, position) => this.#places.set(requestKey(name), position),
      },
      this.#documents,
    );
    const own: Remembering['record'] = {
      entries: async ({ after, limit }) => this.#entries.slice(after, after + limit),
      follow: (...asked: Parameters<Engine['follow']>) => this.#followers.add(...asked),
      balancesAt: async (owner, atMs) => balancesFrom(this.#entries, owner, atMs),
      pools: async (options) => this.#state.pools(options),
      find: async (query) => {
        const documents = pageOf([...this.#documents.values()], query);
        return { documents, asOf: this.#state.position };
      },
      health: () => {
        const { position, documents } = this.#state;
        return { ok: true, detail: 'remembered', position, live: documents.size, tableLag: 0 };
      },
    };
    this.record = own;
  }

  async look(): Promise<Remembered> {
    return this.#place;
  }

  async recordBatches(batches: readonly StreamBatch[]): Promise<{ ok: boolean }> {
    const fresh: Entry[] = [];
    for (const { epoch, number, decided } of batches) {
      if (number <= this.#place.number) continue;
      assert.equal(number, this.#place.number + 1, 'a batch is missing');
      for (const each of decided) {
        const entry: Entry = { position: this.#entries.length + 1, ...each };
        this.#entries.push(entry);
        takeEntry(this.#state, entry);
        fresh.push(entry);
      }
      this.#place = { epoch, number };
    }
    if (fresh.length > 0) this.#followers.tell(fresh);
    return { ok: true };
  }

  async firstAnswers(requests: readonly RequestName[]): Promise<(Decided | undefined)[]> {
    return requests.map((name) => {
      const { position: _, ...decided } = this.#state.request(name) ?? { position: 0 };
      return 'atMs' in decided ? (decided as Decided) : undefined;
    });
  }

  async close(): Promise<void> {}
}
