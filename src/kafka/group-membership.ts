// One stay in a consumer group, from joining to leaving or failing: which partitions are this member's,
// where each goes on, and that what is done is kept by the group. A stay that fails is not mended: the
// next one begins where the group knows that everything is done.

import { setTimeout as delay } from 'node:timers/promises';
import { Consumer } from '@platformatic/kafka';
import type { KafkaAddress } from './address.ts';
import { clientOptions } from './client-options.ts';
import { plainFailure } from './failure.ts';
import { GroupOffsets } from './group-offsets.ts';
import { leave } from './leave.ts';
import type { PartitionParts, PartitionWork } from './partition-work.ts';
import { isGone, TopicFetcher } from './topic-fetcher.ts';

export interface MembershipOptions {
  address: KafkaAddress;
  group: string;
  clientId: string;
  /** Where a group begins that has done nothing yet. */
  begin: 'first' | 'behind-last';
  /** How many messages before the start are looked at, to know their repeats. */
  lookBack: number;
  /** A member that is not heard of for so long has gone. */
  sessionMs: number;
  /** Called for each partition that becomes this member's. */
  open: (parts: PartitionParts) => PartitionWork;
  /** Told of every generation: which partitions are this member's is known. */
  onBegun?: () => void;
  /** Told around the noting of what is done. */
  onNoting?: (() => void) | undefined;
  onNoted?: (() => void) | undefined;
  /** Told of events that the topic does not keep any more. */
  onGone: (partition: number, offsets: { from: number; to: number }) => void;
}

const WAIT_MS = 200;
const LOOK_EVERY_MS = 20;
/** The others may take so long to notice that one has joined, beside a session. */
const REBALANCE_MORE_MS = 5_000;
const ANSWER_MORE_MS = 5_000;

export class GroupMembership {
  readonly #options: MembershipOptions;
  readonly #consumer: Consumer;
  readonly #fetcher: TopicFetcher;
  readonly #offsets: GroupOffsets;
  readonly #stop: AbortSignal;
  #generation = -1;
  #partitions = new Map<number, PartitionWork>();
  /** Aborted when the partitions of a generation may not go on. */
  #ending = new AbortController();
  #committing: Promise<void> | undefined;
  #isMoreDone = false;
  #failure: Error | undefined;

  constructor(options: MembershipOptions, stop: AbortSignal) {
    this.#options = options;
    this.#stop = stop;
    const { address, clientId, group, sessionMs } = options;
    this.#fetcher = new TopicFetcher(address, clientId);
    const rebalanceTimeout = sessionMs + REBALANCE_MORE_MS;
    this.#consumer = new Consumer({
      ...clientOptions(address, clientId),
      requestTimeout: rebalanceTimeout + ANSWER_MORE_MS,
      groupId: group,
      autocommit: false,
      sessionTimeout: sessionMs,
      rebalanceTimeout,
      heartbeatInterval: Math.min(1_000, sessionMs / 4),
    });
    this.#consumer.topics.track(address.topic);
    this.#offsets = new GroupOffsets(this.#consumer, address.topic);
    // Without it a rejoin that fails would end the process.
    (this.#consumer as NodeJS.EventEmitter).on('error', (error) => this.#fail(error));
  }

  /** How many are this member's. */
  get partitions(): number {
    return this.#partitions.size;
  }

  /** How many messages wait in this member's partitions. */
  async behind(): Promise<number> {
    const ends = await this.#fetcher.ends('behind-last');
    let behind = 0;
    for (const [partition, { done }] of this.#partitions)
      behind += (ends[partition] ?? done) - done;
    return behind;
  }

  /** Resolves when it is told to stop. @throws when it cannot go on */
  async stay(): Promise<void> {
    try {
      await this.#consumer.joinGroup();
      while (!this.#stop.aborted) await this.#turn();
      await this.#settle();
    } catch (error) {
      throw plainFailure(this.#failure ?? error);
    } finally {
      this.#ending.abort();
      await this.#idle();
      await leave(this.#consumer);
      await this.#fetcher.close();
    }
  }

  async #turn(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#consumer.isActive()) {
      // Somebody comes or goes: what is in hand may be another member's soon.
      await delay(LOOK_EVERY_MS);
      return;
    }
    if (this.#consumer.generationId !== this.#generation) await this.#begin();
    const from = new Map<number, number>();
    for (const [partition, one] of this.#partitions) {
      if (one.wantsMore) from.set(partition, one.next);
    }
    if (from.size === 0) await delay(LOOK_EVERY_MS);
    else await this.#fetch(from);
  }

  async #fetch(from: Map<number, number>): Promise<void> {
    try {
      const fetched = await this.#fetcher.fetch({ from, waitMs: WAIT_MS });
      for (const one of fetched) this.#partitions.get(one.partition)?.add(one);
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.#skipGone();
    }
  }

  /** Retention has taken what was not dealt with: nobody can tell it any more. */
  async #skipGone(): Promise<void> {
    const firsts = await this.#fetcher.ends('first');
    for (const [partition, one] of this.#partitions) {
      const first = firsts[partition] ?? one.next;
      if (first <= one.next) continue;
      this.#options.onGone(partition, { from: one.next, to: first });
      await one.skipTo(first);
    }
  }

  /** The partitions of a new generation, each from where the group knows that all is done. */
  async #begin(): Promise<void> {
    // What cannot be noted any more comes again.
    await this.#settle().catch(() => {});
    const { generationId } = this.#consumer;
    const mine = this.#offsets.assigned;
    this.#endGeneration();
    const noted = await this.#offsets.read(mine);
    const ends = await this.#fetcher.ends(this.#options.begin);
    for (const [partition, offset] of noted) {
      const one = this.#options.open({
        partition,
        start: offset >= 0 ? offset : (ends[partition] ?? 0),
        signal: this.#ending.signal,
        onDone: () => this.#commitSoon(),
        onFailed: (error) => this.#fail(error),
      });
      await this.#lookBack(partition, one);
      this.#partitions.set(partition, one);
    }
    // Another one may have begun meanwhile: then nothing of this one was taken.
    this.#generation = generationId;
    this.#options.onBegun?.();
  }

  #endGeneration(): void {
    this.#partitions = new Map();
    this.#ending = new AbortController();
  }

  async #lookBack(partition: number, one: PartitionWork): Promise<void> {
    if (one.remember === undefined) return;
    const firsts = await this.#fetcher.ends('first');
    let at = Math.max(firsts[partition] ?? 0, one.next - this.#options.lookBack);
    while (at < one.next) {
      const [fetched] = await this.#fetcher.fetch({ from: new Map([[partition, at]]), waitMs: 0 });
      if (fetched === undefined) return;
      one.remember(fetched.messages.filter(({ offset }) => offset < one.next));
      at = fetched.next;
    }
  }

  /** What is in hand is brought to its end or given up, and what is done is kept. */
  async #settle(): Promise<void> {
    this.#ending.abort();
    await this.#idle();
    await this.#committing;
    await this.#commit();
  }

  async #idle(): Promise<void> {
    await Promise.all([...this.#partitions.values()].map((one) => one.idle()));
  }

  /** One at a time; what is done meanwhile is noted by the next. */
  #commitSoon(): void {
    this.#isMoreDone = true;
    this.#committing ??= this.#commitAll()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#committing = undefined;
      });
  }

  async #commitAll(): Promise<void> {
    while (this.#isMoreDone) {
      this.#isMoreDone = false;
      await this.#commit();
    }
  }

  async #commit(): Promise<void> {
    const done = [...this.#partitions].map(([partition, one]) => [partition, one.done] as const);
    const offsets = this.#offsets.beyond(new Map(done));
    if (offsets.length === 0) return;
    this.#options.onNoting?.();
    await this.#offsets.note(offsets);
    this.#options.onNoted?.();
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }
}
