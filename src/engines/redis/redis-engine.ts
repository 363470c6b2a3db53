// The engine for several servers on one Redis, with what remembers behind it. A script in Redis decides
// (lua/commit.lua); this sends it batches and works out what they came to. What is asked of the past is
// asked of the record.

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
import { graceAfter } from '../down-time.ts';
import { Contact } from '../postgres/contact.ts';
import { Turns } from '../postgres/turns.ts';
import { pageOf } from '../query.ts';
import { Commits } from './commits.ts';
import type { StoreKeys } from './keys.ts';
import type { Life, LifeSigns } from './life.ts';
import { type OpenedStore, type OpenRedis, openStore } from './open-store.ts';
import { Reads } from './reads.ts';
import { RecorderLoop } from './recorder-loop.ts';
import { RedisTime } from './redis-time.ts';
import type { Remembering } from './remembering.ts';
import { Servers } from './servers.ts';

export type { OpenRedis } from './open-store.ts';

export class RedisEngine implements Engine {
  readonly name = 'redis';
  readonly commitsInFlightMax = 3;
  readonly decidesInOrder = true;
  readonly sheds = false;
  readonly journalId: string;
  readonly keys: StoreKeys;
  readonly #store: OpenedStore;
  readonly #time: TimeSource;
  readonly #clock: EngineClock;
  readonly #commits: Commits;
  readonly #reads: Reads;
  readonly #life: LifeSigns;
  readonly #servers: Servers;
  readonly #loop: RecorderLoop;
  readonly #turns: Turns;
  readonly #contact = new Contact();
  readonly #remembering: Remembering;
  #nextDeadlineMs: number | undefined;
  #looking: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(store: OpenedStore, ack: OpenRedis['ack']) {
    const { deciding, reading, keys, life, standing, time, remembering, signs } = store;
    const { epoch } = standing;
    this.#store = store;
    this.keys = keys;
    this.#time = time;
    this.#life = signs;
    this.#remembering = remembering;
    this.journalId = remembering.past.journalId ?? life.journalId;
    this.#clock = new EngineClock(time, standing.atMs);
    this.#clock.holdExpiryUntil(life.dueNotBeforeMs);
    this.#commits = new Commits({
      ...{ deciding, reading, keys, remembering },
      epoch,
      isOwnTime: !(time instanceof RedisTime),
      clock: () => this.clock(),
      recorded: ack === 'recorded' ? (place) => this.#loop.recorded(place) : async () => {},
    });
    this.#reads = new Reads(reading.send, keys);
    this.#servers = new Servers(reading.send, keys.servers);
    const { recording: waiting, place, leaseMs } = store;
    const { send } = reading;
    this.#loop = new RecorderLoop({ waiting, send, keys, remembering, place, leaseMs });
    this.#turns = new Turns(() => this.#turn());
  }

  /**
   * Opens the store in a namespace of a Redis, and makes it if it is not there.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async open(address: string, options: OpenRedis): Promise<RedisEngine> {
    const store = await openStore(address, options);
    const engine = new RedisEngine(store, options.ack);
    try {
      await engine.#start();
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    this.#checkOpen();
    const answers = await this.#commits.run(batch);
    this.#contact.met();
    void this.#lookAhead().catch(() => {});
    return answers;
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    this.#checkOpen();
    return this.#reads.documents(ids);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    this.#checkOpen();
    return this.#reads.owners(ids);
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    this.#checkOpen();
    const listed = await this.#remembering.past.pools(options);
    const owners = await this.owners(listed.map(({ owner }) => owner));
    return owners.map((owner, index) => owner ?? listed[index]!);
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    this.#checkOpen();
    if (query.named !== true) return this.#remembering.past.find(query);
    const documents = pageOf(await this.#reads.named(query.kind), query);
    return { documents, asOf: this.#remembering.past.health().position };
  }

  async due(limit: number): Promise<Document[]> {
    this.#checkOpen();
    const isOwn = (id: string) => this.#servers.isOwn(id);
    return this.#reads.due({ dueMs: this.clock().dueMs, limit, isOwn });
  }

  nextDeadlineMs(): number | undefined {
    return this.#nextDeadlineMs;
  }

  /** What this server has answered is there: it waits until that is recorded. */
  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    this.#checkOpen();
    await this.#loop.recorded(this.#commits.last);
    return this.#remembering.past.entries(options);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    this.#checkOpen();
    return this.#remembering.past.balancesAt(owner, atMs);
  }

  follow(...asked: Parameters<Engine['follow']>): () => void {
    return this.#remembering.past.follow(...asked);
  }

  clock(): ClockReading {
    const reading = this.#clock.reading();
    return this.#contact.isLost ? { ...reading, dueMs: 0 } : reading;
  }

  resumeExpiry(): void {
    this.#clock.resumeExpiry();
  }

  health(): EngineHealth {
    const record = this.#remembering.past.health();
    const failure = this.#turns.failure;
    const stopped = this.#clock.reading().stopped;
    return {
      ...record,
      ok: failure === undefined && record.ok,
      detail: failure ?? this.#loop.failure ?? stopped ?? 'Redis answers',
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#turns.stop();
    await this.#looking?.catch(() => {});
    const { send } = this.#store.reading;
    await this.#life.sign(send, this.#clock.reading().nowMs).catch(() => {});
    await this.#servers.leave().catch(() => {});
    await this.#loop.stop();
    await this.#store.close();
  }

  async #start(): Promise<void> {
    const { life, standing } = this.#store;
    await this.#resume(life, standing.number);
    await this.#servers.sign(this.clock().nowMs);
    await this.#lookAhead();
  }

  /** After a time in which no server reached Redis nothing is due for a minute. */
  async #resume({ aliveMs }: Life, number: number): Promise<void> {
    const grace = aliveMs === 0 ? undefined : graceAfter(this.#clock, aliveMs);
    if (grace === undefined) return;
    await this.#life.holdExpiryUntil(this.#store.reading.send, grace.dueNotBeforeMs);
    if (number > 0) await this.commit([grace.transaction]);
  }

  /** That this server lives, what the others have done, what the clock says. */
  async #turn(): Promise<void> {
    const { send } = this.#store.reading;
    if (this.#time instanceof RedisTime) await this.#time.look(send);
    const { nowMs } = this.#clock.reading();
    const life = await this.#life.sign(send, nowMs);
    if (this.#contact.isLost) await this.#resume(life, 1);
    this.#clock.holdExpiryUntil(life.dueNotBeforeMs);
    await this.#servers.sign(nowMs);
    this.#contact.looked();
    await this.#lookAhead();
  }

  /** What falls due next; shares a look that is under way. */
  #lookAhead(): Promise<void> {
    this.#looking ??= this.#reads
      .nextDeadlineMs()
      .then((atMs) => {
        this.#nextDeadlineMs = atMs;
      })
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new HoldfastError('unavailable', 'the store is closed');
  }
}
