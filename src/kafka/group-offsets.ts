// What a group knows is done: where each of its partitions goes on, and noting it, for those partitions
// alone that are still this member's. Fetches nothing.

import type { Consumer } from '@platformatic/kafka';

/** The first offset that is not done; a group that has noted none has -1. */
type Offsets = ReadonlyMap<number, number>;

export interface Noting {
  topic: string;
  partition: number;
  offset: bigint;
  leaderEpoch: number;
}

export class GroupOffsets {
  readonly #consumer: Consumer;
  readonly #topic: string;
  #noted = new Map<number, number>();

  constructor(consumer: Consumer, topic: string) {
    this.#consumer = consumer;
    this.#topic = topic;
  }

  /** The partitions that are this member's. */
  get assigned(): number[] {
    return this.#consumer.assignments?.find(({ topic }) => topic === this.#topic)?.partitions ?? [];
  }

  /** Reads where these go on. */
  async read(partitions: number[]): Promise<Offsets> {
    this.#noted = new Map();
    if (partitions.length === 0) return this.#noted;
    const asked = { topics: [{ topic: this.#topic, partitions }] };
    const found = (await this.#consumer.listCommittedOffsets(asked)).get(this.#topic) ?? [];
    for (const partition of partitions) {
      this.#noted.set(partition, Number(found[partition] ?? -1));
    }
    return this.#noted;
  }

  /** What is done beyond what was noted. */
  beyond(done: Offsets): Noting[] {
    const mine = new Set(this.assigned);
    return [...done].flatMap(([partition, offset]) => {
      if (!mine.has(partition) || offset <= (this.#noted.get(partition) ?? -1)) return [];
      return [{ topic: this.#topic, partition, offset: BigInt(offset), leaderEpoch: -1 }];
    });
  }

  async note(offsets: Noting[]): Promise<void> {
    await this.#consumer.commit({ offsets });
    for (const { partition, offset } of offsets) this.#noted.set(partition, Number(offset));
  }
}
