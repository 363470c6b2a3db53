// A queue of orders in a topic of Kafka: a line is a partition, and the servers are one consumer group that
// shares them. Where everybody comes and goes, turns are handed out again and none is left out.

import { setTimeout as delay } from 'node:timers/promises';
import type {
  CarrierStatus,
  OpenLine,
  OrderQueue,
  QueueState,
  Turn,
} from '../uses/queue/order-queue.ts';
import { type KafkaAddress, shownKafkaAddress } from './address.ts';
import { GroupMembership } from './group-membership.ts';
import type { PartitionParts } from './partition-work.ts';
import { TurnPartition } from './turn-partition.ts';
import { TurnTopic } from './turn-topic.ts';

export interface KafkaQueueOptions {
  /** A server that is not heard of for so long has gone. Default 6,000. */
  sessionMs?: number;
  /** Told around every noting of what is decided. */
  onNoting?: (() => void) | undefined;
  onNoted?: (() => void) | undefined;
}

const SESSION_MS = 6_000;
const AGAIN_AFTER_MS = 500;
const COUNT_EVERY_MS = 1_000;
/** A broker that stands still may hold up an end for so long. */
const CLOSE_MAX_MS = 5_000;

export class KafkaOrderQueue implements OrderQueue {
  readonly shown: string;
  readonly #address: KafkaAddress;
  readonly #options: KafkaQueueOptions;
  readonly #topic: TurnTopic;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #membership: GroupMembership | undefined;
  #counting: NodeJS.Timeout | undefined;
  #partitions = new Map<number, TurnPartition>();
  /** Turns of its partitions that were not fetched when they were last counted. */
  #unfetched = 0;
  #reason: string | undefined;
  #hasJoined = false;

  constructor(address: KafkaAddress, options: KafkaQueueOptions = {}) {
    this.#address = address;
    this.#options = options;
    this.shown = shownKafkaAddress(address);
    this.#topic = new TurnTopic(address);
  }

  ready(): Promise<void> {
    return this.#topic.ready();
  }

  put(turn: Turn): Promise<void> {
    return this.#topic.put(turn);
  }

  serve(open: OpenLine, onError: (error: Error) => void): void {
    this.#running = this.#run(open, onError);
    this.#counting = setInterval(() => void this.#count(), COUNT_EVERY_MS);
    this.#counting.unref();
  }

  status(): CarrierStatus {
    const lines = this.#membership?.partitions ?? 0;
    const inHand = [...this.#partitions.values()].reduce((sum, one) => sum + one.waiting, 0);
    const reason = this.#topic.away?.message ?? this.#reason;
    const status: CarrierStatus = {
      state: this.#state(lines, reason),
      lines,
      waiting: inHand + this.#unfetched,
    };
    if (reason !== undefined) status.reason = reason;
    return status;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#counting);
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(resolve, CLOSE_MAX_MS);
    await Promise.race([this.#running, isLate]);
    clearTimeout(late);
    // Nothing more is decided, though the broker may not have heard yet that this server goes.
    await Promise.all([...this.#partitions.values()].map((one) => one.stop()));
    await this.#topic.close();
  }

  #state(lines: number, reason: string | undefined): QueueState {
    if (reason !== undefined) return 'away';
    if (lines > 0) return 'deciding';
    return this.#hasJoined ? 'standby' : 'starting';
  }

  async #run(open: OpenLine, onError: (error: Error) => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        // Makes the topic where there is none.
        await this.#topic.ready();
        await this.#stay(open);
      } catch (error) {
        const { message } = error as Error;
        // Said once, however long it lasts.
        if (this.#reason !== message && !this.#stop.signal.aborted) onError(error as Error);
        this.#reason = message;
      }
      this.#membership = undefined;
      this.#partitions.clear();
      if (!this.#stop.signal.aborted) await this.#rest();
    }
  }

  async #stay(open: OpenLine): Promise<void> {
    const { onNoting, onNoted, sessionMs = SESSION_MS } = this.#options;
    const group = `${this.#address.topic}-deciders`;
    const membership = new GroupMembership(
      {
        address: this.#address,
        ...{ group, clientId: group, begin: 'first', lookBack: 0, sessionMs },
        open: (parts) => this.#open(parts, open),
        onBegun: () => {
          this.#reason = undefined;
          this.#hasJoined = true;
        },
        // Their orders have expired long ago.
        onGone: () => {},
        onNoting,
        onNoted,
      },
      this.#stop.signal,
    );
    this.#membership = membership;
    await membership.stay();
  }

  #open(parts: PartitionParts, open: OpenLine): TurnPartition {
    const { partition, signal } = parts;
    const work = new TurnPartition(parts, open);
    this.#partitions.set(partition, work);
    signal.addEventListener('abort', () => {
      if (this.#partitions.get(partition) === work) this.#partitions.delete(partition);
    });
    return work;
  }

  async #count(): Promise<void> {
    const inHand = [...this.#partitions.values()].reduce((sum, one) => sum + one.waiting, 0);
    const behind = await this.#membership?.behind().catch(() => undefined);
    this.#unfetched = behind === undefined ? 0 : Math.max(0, behind - inHand);
  }

  /** Shorter where it is told to end. */
  #rest(): Promise<void> {
    return delay(AGAIN_AFTER_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
