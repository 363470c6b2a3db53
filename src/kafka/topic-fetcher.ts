// Reads a topic from given places on, without belonging to a group, on connections of its own: a question
// that waits for news holds up whatever else goes over its connection. Keeps no places itself.

import { Consumer, ListOffsetTimestamps, type RecordsBatch } from '@platformatic/kafka';
import type { KafkaAddress } from './address.ts';
import { clientOptions } from './client-options.ts';
import { isAnswer } from './failure.ts';

export interface TopicMessage {
  partition: number;
  offset: number;
  key: string | undefined;
  value: string;
  headers: Record<string, string>;
}

/** What one partition gave. */
export interface Fetched {
  partition: number;
  messages: TopicMessage[];
  /** Where to go on. */
  next: number;
}

export interface FetchOptions {
  /** The next offset of each partition. */
  from: ReadonlyMap<number, number>;
  /** Where there is nothing new it is waited for. */
  waitMs: number;
}

const PARTITION_MAX_BYTES = 1_048_576;
/** Marks of transactions, which say nothing. */
const CONTROL = 0x20;

export class TopicFetcher {
  readonly #consumer: Consumer;
  readonly #topic: string;

  constructor(address: KafkaAddress, clientId: string) {
    this.#topic = address.topic;
    const options = clientOptions(address, clientId);
    this.#consumer = new Consumer({ ...options, groupId: `${clientId}-reads` });
    this.#consumer.topics.track(address.topic);
  }

  async close(): Promise<void> {
    await this.#consumer.close(true).catch(() => {});
  }

  /** The first offset of each partition that is kept, or the one behind the last. */
  async ends(which: 'first' | 'behind-last'): Promise<number[]> {
    const timestamp =
      which === 'first' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
    const offsets = await this.#consumer.listOffsets({ topics: [this.#topic], timestamp });
    return (offsets.get(this.#topic) ?? []).map(Number);
  }

  /** @throws where a place is not kept any more: see `isGone`. */
  async fetch({ from, waitMs }: FetchOptions): Promise<Fetched[]> {
    const { topics } = await this.#consumer.metadata({ topics: [this.#topic] });
    const topic = topics.get(this.#topic)!;
    const byNode = Map.groupBy(from, ([partition]) => topic.partitions[partition]!.leader);
    const asked = [...byNode].map(([node, places]) =>
      this.#consumer.fetch({
        node,
        maxWaitTime: waitMs,
        minBytes: 1,
        topics: [{ topicId: topic.id, partitions: places.map(placeOf) }],
      }),
    );
    const responses = (await Promise.all(asked)).flatMap((response) => response.responses);
    const partitions = responses.flatMap((response) => response.partitions);
    return partitions.flatMap(({ partitionIndex: partition, records }) => {
      const start = from.get(partition);
      return start === undefined || !records?.length ? [] : [read(partition, start, records)];
    });
  }
}

/** Whether a place is before the first that is kept: retention has taken what stood there. */
export function isGone(error: unknown): boolean {
  return isAnswer(error, 'OFFSET_OUT_OF_RANGE');
}

function placeOf([partition, offset]: [number, number]) {
  return {
    partition,
    fetchOffset: BigInt(offset),
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: PARTITION_MAX_BYTES,
  };
}

/** A batch is given whole: what stands in it before the place that was asked for is left out. */
function read(partition: number, start: number, batches: readonly RecordsBatch[]): Fetched {
  const messages: TopicMessage[] = [];
  let next = start;
  for (const { firstOffset, lastOffsetDelta, attributes, records } of batches) {
    const first = Number(firstOffset);
    next = Math.max(next, first + lastOffsetDelta + 1);
    if ((attributes & CONTROL) !== 0) continue;
    for (const { offsetDelta, key, value, headers } of records) {
      const offset = first + offsetDelta;
      if (offset < start) continue;
      const named = headers.map(([name, text]) => [String(name ?? ''), String(text ?? '')]);
      messages.push({
        partition,
        offset,
        key: key?.toString(),
        value: value?.toString() ?? '',
        headers: Object.fromEntries(named),
      });
    }
  }
  return { partition, messages, next };
}
