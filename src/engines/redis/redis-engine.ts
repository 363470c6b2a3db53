// The engine for several servers on one Redis, with what remembers behind it: one epoch of the store after another
// behind the same object. Where Redis has lost the store, one of the servers rebuilds it from the record; all refuse
// commands until it is there again, and go on by themselves. What is asked of the past is asked of the record.

import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
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
import { pageOf } from '../query.ts';
import type { Slot } from '../slots/slot.ts';
import { redisAddress } from './address.ts';
import type { Reconciling } from './drift/reconciling.ts';
import { StoreLost } from './failures.ts';
import { keysOf, type StoreKeys } from './keys.ts';
import type { OpenRedis } from './open-store.ts';
import { AGE_MAX_MS } from './pool-cache.ts';
import { rebuildStore } from './rebuild-store.ts';
import { RedisEpoch } from './redis-epoch.ts';
import type { Past } from './remembering.ts';

export type { OpenRedis } from './open-store.ts';

const AGAIN_MS = 250;

export class RedisEngine implements Engine {
  readonly name = 'redis';
  readonly commitsInFlightMax = 3;
  readonly decidesInOrder = true;
  readonly sheds = false;
  readonly keys: StoreKeys;
  /** Of the epoch that is there; while there is none it neither shows nor refuses anything. */
  readonly glance: NonNullable<Engine['glance']> = {
    ageMaxMs: AGE_MAX_MS,
    owners: async (ids) => this.#living().glance.owners(ids),
    refusalNow: (asked) => this.#there?.glance.refusalNow(asked),
  };
  readonly follow: Engine['follow'] = (...asked) => this.#past.follow(...asked);
  readonly owners: Engine['owners'] = async (ids) => this.#living().owners(ids);
  readonly due: Engine['due'] = async (limit) => this.#living().due(limit);
  readonly dueOn: Slot['dueOn'] = async (...asked) => this.#living().dueOn(...asked);
  readonly passingOnTo: Slot['passingOnTo'] = async (pool) => this.#living().passingOnTo(pool);
  readonly undecidedOn: Slot['undecidedOn'] = async (...asked) =>
    this.#living().undecidedOn(...asked);
  readonly answersRecorded: boolean;
  readonly #address: string;
  readonly #options: OpenRedis;
  readonly #closed = new AbortController();
  /** The last that was opened. */
  #epoch!: RedisEpoch;
  /** Why commands are refused, since it was lost. */
  #lost: string | undefined;
  #mending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(address: string, options: OpenRedis) {
    this.#address = address;
    this.#options = options;
    this.answersRecorded = options.ack === 'recorded';
    this.keys = keysOf(redisAddress(address).namespace);
  }

  /**
   * Opens the store in a namespace of a Redis, and makes it if it is not there; one that Redis has lost is rebuilt
   * first, unless another Redis still decides for its record.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async open(address: string, options: OpenRedis): Promise<RedisEngine> {
    try {
      const engine = new RedisEngine(address, options);
      engine.#epoch = await engine.#opened({ waits: false });
      return engine;
    } catch (error) {
      await options.remembering.close();
      throw error;
    }
  }

  get journalId(): string {
    return this.#past.journalId ?? '';
  }

  /** Compares what is there with the record, where that can be compared. @throws HoldfastError `unavailable` */
  get reconciling(): Reconciling | undefined {
    return this.#living().reconciling;
  }

  get restMs(): number {
    return this.#there?.restMs ?? 0;
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    return this.#living().commit(batch);
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#living().documents(ids);
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    const epoch = this.#living();
    const listed = await this.#past.pools(options);
    const owners = await epoch.owners(listed.map(({ owner }) => owner));
    return owners.map((owner, index) => owner ?? listed[index]!);
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    this.#checkOpen();
    if (query.named !== true) return this.#past.find(query);
    const documents = pageOf(await this.#living().named(query.kind), query);
    return { documents, asOf: this.#past.health().position };
  }

  nextDeadlineMs(): number | undefined {
    return this.#there?.nextDeadlineMs();
  }

  /** What this server has answered is there: it waits until that is recorded, or lost. */
  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    this.#checkOpen();
    await this.#there?.caughtUp();
    return this.#past.entries(options);
  }

  async recorded(what: 'answered' | 'readable' = 'answered'): Promise<void> {
    if (what === 'readable') return this.#living().caughtUp(what);
    // What was answered before it was lost is there, if that is so.
    if (this.#lost === undefined || !this.#epoch.isRecorded) await this.#living().recorded();
  }

  async recordedDocuments(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#living().recordedDocuments(ids);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    this.#checkOpen();
    return this.#past.balancesAt(owner, atMs);
  }

  clock(): ClockReading {
    const reading = this.#epoch.clock();
    return this.#lost === undefined ? reading : { ...reading, dueMs: 0 };
  }

  resumeExpiry(): void {
    this.#epoch.resumeExpiry();
  }

  health(): EngineHealth {
    const record = this.#past.health();
    const { failure, detail, reconciling } = this.#epoch;
    if (this.#lost !== undefined) return { ...record, ok: false, detail: this.#lost };
    const ok = failure === undefined && record.ok;
    const health = { ...record, ok, detail: detail ?? 'Redis answers' };
    const drift = reconciling?.counts;
    return drift === undefined ? health : { ...health, drift };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    await this.#mending;
    await (this.#lost === undefined ? this.#epoch.close() : this.#epoch.abandon());
    await this.#options.remembering.close();
  }

  get #past(): Past {
    return this.#options.remembering.past;
  }

  /** The epoch, unless it is lost. */
  get #there(): RedisEpoch | undefined {
    return this.#lost === undefined ? this.#epoch : undefined;
  }

  /** @throws HoldfastError `unavailable` while the store is lost */
  #living(): RedisEpoch {
    this.#checkOpen();
    if (this.#lost !== undefined) throw new HoldfastError('unavailable', this.#lost);
    return this.#epoch;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new HoldfastError('unavailable', 'the store is closed');
  }

  #onLost(error: StoreLost): void {
    if (this.#closing !== undefined || this.#lost !== undefined) return;
    this.#lost = error.message;
    this.#mending = this.#mend();
  }

  /** Opens the next epoch, however long that takes. */
  async #mend(): Promise<void> {
    await this.#epoch.abandon();
    while (!this.#closed.signal.aborted) {
      try {
        this.#epoch = await this.#opened({ waits: true });
        this.#lost = undefined;
        return;
      } catch (error) {
        if (!(error instanceof HoldfastError)) process.emitWarning(error as Error);
        this.#lost = (error as Error).message;
        await this.#rest();
      }
    }
  }

  /** Opens the store, once it is rebuilt where that must be. `waits`: also for another Redis to stop deciding. */
  async #opened({ waits }: { waits: boolean }): Promise<RedisEpoch> {
    let opened: RedisEpoch | undefined;
    const onLost = (error: StoreLost) => {
      // One that was given up may still find out.
      if (opened !== undefined && this.#epoch === opened) this.#onLost(error);
    };
    while (true) {
      try {
        opened = await RedisEpoch.open(this.#address, { ...this.#options, onLost });
        return opened;
      } catch (error) {
        if (!(error instanceof StoreLost) || !this.#rebuilds) throw error;
        if ((await this.#rebuilt()) === 'leased' && !waits) throw error;
      }
      await this.#rest();
      this.#checkOpen();
    }
  }

  get #rebuilds(): boolean {
    const { remembering, existing = false, rebuilds = !existing } = this.#options;
    return rebuilds && remembering.rebuilding !== undefined;
  }

  async #rebuilt(): Promise<'leased' | undefined> {
    if (this.#lost !== undefined)
      this.#lost = 'the store in Redis is being rebuilt from its record';
    const answer = await rebuildStore(this.#address, this.#options);
    return !answer.ok && answer.code === 'leased' ? 'leased' : undefined;
  }

  #rest(): Promise<void> {
    const { signal } = this.#closed;
    return delay(AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}
