// One epoch of a store as one server has opened it: sends batches to the script in Redis that decides
// (lua/commit.lua), works out what they came to, and takes part in the work that servers share. Ends for good when
// the store is lost; RedisEngine opens the next.

import { EngineClock, SYSTEM_TIME, type TimeSource } from '../clock.ts';
import type { Answered, ClockReading, Document, OwnerState, Transaction } from '../contract.ts';
import { Comeback } from '../down-time.ts';
import { Contact } from '../postgres/contact.ts';
import { Turns } from '../postgres/turns.ts';
import { Carrier } from './carrier.ts';
import { Commits } from './commits.ts';
import { KEPT_MS } from './departures.ts';
import type { Reconciling } from './drift/reconciling.ts';
import { StoreLost } from './failures.ts';
import { type Leading, leading } from './leading.ts';
import type { Life, LifeSigns, Standing } from './life.ts';
import { NextDeadline } from './next-deadline.ts';
import { type OpenEpochOptions, type OpenedStore, openStore } from './open-store.ts';
import { reaches } from './place.ts';
import { PoolCache } from './pool-cache.ts';
import { Reads } from './reads.ts';
import { RecordLag } from './record-lag.ts';
import { RecorderLoop } from './recorder-loop.ts';
import { RedisTime } from './redis-time.ts';
import { Servers } from './servers.ts';

export class RedisEpoch {
  readonly number: number;
  readonly glance: PoolCache;
  readonly named: Reads['named'] = (kind) => this.#reads.named(kind);
  readonly dueOn: Reads['dueOn'] = (...asked) => this.#reads.dueOn(...asked);
  readonly passingOnTo: Reads['passingOnTo'] = (pool) => this.#reads.passingOnTo(pool);
  readonly undecidedOn: Reads['undecidedOn'] = (...asked) => this.#reads.undecidedOn(...asked);
  readonly #store: OpenedStore;
  readonly #time: TimeSource;
  readonly #clock: EngineClock;
  readonly #commits: Commits;
  readonly #reads: Reads;
  readonly #next: NextDeadline;
  readonly #life: LifeSigns;
  readonly #servers: Servers;
  readonly #loop: RecorderLoop;
  readonly #turns: Turns;
  readonly #contact = new Contact();
  readonly #lag = new RecordLag(SYSTEM_TIME.monotonicMs);
  readonly #leading: Leading;
  readonly #onLost: OpenEpochOptions['onLost'];
  readonly #comeback = new Comeback();

  private constructor(
    address: string,
    store: OpenedStore,
    { ack, keptMs = KEPT_MS, onLost }: OpenEpochOptions,
  ) {
    const { deciding, reading, keys, life, standing, time, remembering, signs } = store;
    const { epoch } = standing;
    this.#store = store;
    this.#onLost = onLost;
    this.number = epoch;
    this.#time = time;
    this.#life = signs;
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
    this.#next = new NextDeadline(this.#reads);
    this.glance = new PoolCache({ send: reading.send, keys, clock: () => this.clock() });
    this.#servers = new Servers(reading.send, keys.servers);
    const { recording: waiting, place, leaseMs } = store;
    const { send } = reading;
    const from = { redis: address, epoch, leaseMs };
    this.#loop = new RecorderLoop({
      ...{ waiting, send, keys, place, onLost },
      carrier: (onRecorded) =>
        remembering.carrier?.(from, onRecorded) ??
        new Carrier({ send, keys, remembering, epoch, leaseMs, onRecorded }),
    });
    this.#leading = leading(store, {
      ...{ keptMs, loop: this.#loop },
      nowMs: () => this.#clock.reading().nowMs,
      commit: (batch) => this.commit(batch),
    });
    this.#turns = new Turns(() => this.#turn());
  }

  /** @throws HoldfastError `unavailable`; StoreLost where the store must be rebuilt first */
  static async open(address: string, options: OpenEpochOptions): Promise<RedisEpoch> {
    const store = await openStore(address, options);
    const epoch = new RedisEpoch(address, store, options);
    try {
      await epoch.#start();
      return epoch;
    } catch (error) {
      await epoch.abandon();
      throw error;
    }
  }

  /** Compares Redis with the record, where that can be compared. */
  get reconciling(): Reconciling | undefined {
    return this.#leading.reconciling;
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    const answers = await this.#commits.run(batch);
    this.#lag.decided(this.#commits.last.number);
    this.glance.note(answers);
    this.#contact.met();
    void this.#next.look().catch(() => {});
    return answers;
  }

  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#commits.left.fill(ids, await this.#reads.documents(ids));
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    return this.#reads.owners(ids);
  }

  async due(limit: number): Promise<Document[]> {
    const isOwn = (id: string) => this.#servers.isOwn(id);
    return this.#reads.due({ dueMs: this.clock().dueMs, limit, isOwn });
  }

  nextDeadlineMs(): number | undefined {
    return this.#next.atMs;
  }

  /** So that the record keeps up. */
  get restMs(): number {
    this.#lag.recorded(this.#loop.place.number);
    return this.#lag.restMs;
  }

  /** Waits until what this server has answered is recorded. @throws HoldfastError `unavailable`: it is open */
  recorded(): Promise<void> {
    return this.#loop.acknowledged(this.#commits.last);
  }

  /** Waits until what this server has answered, or all that can be read here, is recorded, or did not hold. */
  async caughtUp(what: 'answered' | 'readable' = 'answered'): Promise<void> {
    await this.#loop.recorded(what === 'answered' ? this.#commits.last : await this.#standing());
  }

  /** As the record has them, once it has all that can be read here. */
  async recordedDocuments(ids: readonly string[]): Promise<(Document | undefined)[]> {
    await this.caughtUp('readable');
    return this.#store.remembering.past.documents(ids);
  }

  /** What this server has answered is recorded, as far as it knows. */
  get isRecorded(): boolean {
    return reaches(this.#loop.place, this.#commits.last);
  }

  clock(): ClockReading {
    const reading = this.#clock.reading();
    return this.#contact.isLost ? { ...reading, dueMs: 0 } : reading;
  }

  resumeExpiry(): void {
    this.#clock.resumeExpiry();
  }

  /** Why commands may be refused at present. */
  get failure(): string | undefined {
    return this.#turns.failure;
  }

  /** What a person should know. */
  get detail(): string | undefined {
    const { stopped } = this.#clock.reading();
    return this.#turns.failure ?? this.#loop.failure ?? stopped ?? this.reconciling?.warning;
  }

  /** In good order, while the store is there. */
  async close(): Promise<void> {
    this.#turns.stop();
    await this.#leading.work.stop();
    await this.glance.close();
    await this.#next.idle();
    const { send } = this.#store.reading;
    await this.#life.sign(send, this.#clock.reading().nowMs).catch(() => {});
    await this.#servers.leave().catch(() => {});
    await this.#loop.stop();
    this.#store.close();
  }

  /** The store is lost: what is under way fails, and nothing more is asked of it. */
  async abandon(): Promise<void> {
    this.#turns.stop();
    this.#store.close();
    await Promise.all([
      this.#loop.stop({ abandoned: true }),
      this.#leading.work.stop(),
      this.glance.close(),
    ]);
  }

  async #start(): Promise<void> {
    const { life, standing } = this.#store;
    await this.#resume(life, standing.number);
    await this.#servers.sign(this.clock().nowMs);
    await this.#next.look();
  }

  /** After a time in which no server reached Redis nothing is due for a minute. */
  #resume({ aliveMs }: Life, number: number): Promise<void> {
    return this.#comeback.after(aliveMs, this.#clock, async ({ dueNotBeforeMs, transaction }) => {
      await this.#life.holdExpiryUntil(this.#store.reading.send, dueNotBeforeMs);
      if (number > 0) await this.commit([transaction]);
    });
  }

  /** That this server lives, what the others have done, what the clock says. */
  async #turn(): Promise<void> {
    const { send } = this.#store.reading;
    await this.#standing();
    if (this.#time instanceof RedisTime) await this.#time.look(send);
    const { nowMs } = this.#clock.reading();
    const life = await this.#life.sign(send, nowMs);
    if (this.#contact.isLost) await this.#resume(life, 1);
    this.#clock.holdExpiryUntil(life.dueNotBeforeMs);
    await this.#servers.sign(nowMs);
    this.#contact.looked();
    await this.#next.look();
  }

  /** @throws StoreLost where this epoch is over */
  async #standing(): Promise<Standing> {
    const standing = await this.#life.standing(this.#store.reading.send);
    if (standing === undefined) throw this.#lost('Redis has lost this store');
    if (standing.epoch !== this.number) throw this.#lost('this store was rebuilt');
    return standing;
  }

  #lost(why: string): StoreLost {
    const error = new StoreLost(why);
    this.#onLost?.(error);
    return error;
  }
}
