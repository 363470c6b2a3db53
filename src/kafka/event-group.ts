// A member of a consumer group that has events taken: in order per product, each once as far as repeats can
// be known, and noted as done once they are taken. Goes on by itself over everything that happens to
// brokers and to the group.

import { setTimeout as delay } from 'node:timers/promises';
import { type KafkaAddress, parseKafkaAddress } from './address.ts';
import { DeadLetters } from './dead-letters.ts';
import { GroupMembership } from './group-membership.ts';
import { GroupPartition } from './group-partition.ts';
import type { PartitionParts } from './partition-work.ts';
import { type TakeEvents, Taking, type TakingCounts } from './taking.ts';

export interface EventGroupOptions {
  /** `kafka://host:9092/topic` */
  address: string;
  /** Its members share the partitions of the topic; each group gets every event. */
  group: string;
  take: TakeEvents;
  /** Where what is refused goes. Default: the topic's name and `.dead`. */
  deadLetters?: string;
  /** How often an event is refused before it is put aside. Default 5. */
  attemptsMax?: number;
  /** How many are taken at once, at most. Default 200. */
  batchMax?: number;
  /** Where a group begins that has done nothing yet. Default: the first event that the topic has. */
  begin?: 'first' | 'behind-last';
  /** A member that is not heard of for so long has gone. Default 10,000. */
  sessionMs?: number;
  /** How many messages before its start are looked at, to know their repeats. Default 20,000. */
  lookBack?: number;
  /** Before the next attempt, of so many. Default: 100 ms, twice as long each time, 5 s at most. */
  retryAfterMs?: (attempt: number) => number;
  /** Told of each failure; it is tried again. */
  onError?: (error: unknown) => void;
}

export type GroupState = 'joining' | 'taking' | 'away' | 'closed';

export interface GroupStatus extends TakingCounts {
  state: GroupState;
  partitions: number;
  /** Why it is away. */
  reason?: string;
}

const AGAIN_AFTER_MS = 500;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 5_000;

export class EventGroup {
  readonly #options: EventGroupOptions;
  readonly #address: KafkaAddress;
  readonly #deadLetters: DeadLetters;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #membership: GroupMembership | undefined;
  readonly #counts: TakingCounts = { taken: 0, repeated: 0, dead: 0 };
  #reason: string | undefined;

  private constructor(options: EventGroupOptions, address: KafkaAddress) {
    this.#options = options;
    this.#address = address;
    const { topic } = address;
    const dead = { ...address, topic: options.deadLetters ?? `${topic}.dead` };
    this.#deadLetters = new DeadLetters(dead, { from: topic, clientId: options.group });
    this.#running = this.#run();
  }

  /** Joins, now and again until it is closed. @throws RangeError for an address that is none */
  static open(options: EventGroupOptions): EventGroup {
    return new EventGroup(options, parseKafkaAddress(options.address));
  }

  status(): GroupStatus {
    const partitions = this.#membership?.partitions ?? 0;
    const status: GroupStatus = { state: this.#state(partitions), partitions, ...this.#counts };
    if (status.state === 'away') status.reason = this.#reason!;
    return status;
  }

  /** How many messages of its partitions wait; undefined while it has none. */
  async behind(): Promise<number | undefined> {
    return this.#membership?.behind();
  }

  /** Brings what is in hand to its end, notes it as done, and leaves the group. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#deadLetters.close();
  }

  #state(partitions: number): GroupState {
    if (this.#stop.signal.aborted) return 'closed';
    if (partitions > 0) return 'taking';
    return this.#reason === undefined ? 'joining' : 'away';
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const membership = new GroupMembership(this.#membershipOptions(), this.#stop.signal);
      this.#membership = membership;
      try {
        await membership.stay();
      } catch (error) {
        this.#fail(error);
      }
      this.#membership = undefined;
      if (!this.#stop.signal.aborted) await this.#rest();
    }
  }

  #membershipOptions() {
    const { group, onError = () => {}, sessionMs = 10_000 } = this.#options;
    const { begin = 'first', lookBack = 20_000 } = this.#options;
    const open = (parts: PartitionParts) => this.#partition(parts);
    const onGone = (partition: number, { from, to }: { from: number; to: number }) =>
      onError(new Error(`partition ${partition} has lost the messages ${from} to ${to - 1}`));
    const more = { begin, lookBack, sessionMs, open, onGone };
    return { address: this.#address, group, clientId: group, ...more };
  }

  #partition({ start, signal, onDone, onFailed }: PartitionParts): GroupPartition {
    const { take, onError = () => {}, retryAfterMs = doubling } = this.#options;
    const { attemptsMax = 5, batchMax = 200 } = this.#options;
    const parts = { take, counts: this.#counts, deadLetters: this.#deadLetters };
    const taking = new Taking({ ...parts, attemptsMax, retryAfterMs, onError }, signal);
    return new GroupPartition({ taking, start, batchMax, onDone, onFailed });
  }

  #fail(error: unknown): void {
    this.#reason = error instanceof Error ? error.message : String(error);
    this.#options.onError?.(error);
  }

  /** Shorter where it is told to end. */
  #rest(): Promise<void> {
    return delay(AGAIN_AFTER_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}

function doubling(attempt: number): number {
  return Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempt - 1));
}
