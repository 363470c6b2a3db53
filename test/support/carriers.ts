// What orders wait in, for tests: a fresh queue in Kafka or in Redis, as many servers' ends of it as a test
// wants, and the order in which turns stand there, read from it without the product.

import { KafkaOrderQueue } from '../../src/kafka/kafka-order-queue.ts';
import { parseRedisQueue } from '../../src/redis-queue/address.ts';
import { RedisOrderQueue } from '../../src/redis-queue/redis-order-queue.ts';
import type { OrderQueue } from '../../src/uses/queue/order-queue.ts';
import { TopicReader } from './kafka/topic-reader.ts';
import {
  freshName,
  freshTopic,
  type KafkaServer,
  kafkaMissing,
  ownKafkaMissing,
  provideKafka,
  startKafka,
} from './kafka.ts';
import { ask } from './redis/server.ts';
import {
  ownRedisMissing,
  provideRedis,
  type RedisServer,
  redisMissing,
  startRedis,
} from './redis.ts';

export interface Stamp {
  order: string;
  product: string;
  line: number;
}

export interface Carrier {
  /** As `--queue` takes it. */
  readonly address: string;
  /** A server's end. */
  open(): OrderQueue;
  /** Every turn, once those of these orders are there; those of each line in their order. */
  stamps(orders: readonly string[]): Promise<Stamp[]>;
  close(): Promise<void>;
}

export interface CarrierKind {
  name: string;
  missing(): string | undefined;
  ownMissing(): string | undefined;
  /** A fresh queue on the shared service, or on this one. */
  fresh(on?: string): Promise<Carrier>;
  /** One of the test's own. */
  start(): Promise<CarrierServer>;
}

export type CarrierServer = KafkaServer | RedisServer;

const LINES = 4;
const SESSION_MS = 2_000;

const kafka: CarrierKind = {
  name: 'kafka',
  missing: kafkaMissing,
  ownMissing: ownKafkaMissing,
  start: () => startKafka(),
  async fresh(on) {
    const broker = on ?? (await provideKafka());
    const topic = await freshTopic(broker, { partitions: LINES, of: 'turns' });
    const reader = new TopicReader(broker, topic);
    return {
      address: `kafka://${broker}/${topic}`,
      open: () => new KafkaOrderQueue({ brokers: [broker], topic }, { sessionMs: SESSION_MS }),
      async stamps(orders) {
        await reader.until((messages) =>
          hasAll(
            messages.map(({ event }) => event.order),
            orders,
          ),
        );
        const inOrder = [...reader.messages].sort((a, b) => a.offset - b.offset);
        return inOrder.map(({ partition, event }) => ({ ...event, line: partition }));
      },
      close: () => reader.close(),
    };
  },
};

const redis: CarrierKind = {
  name: 'redis streams',
  missing: redisMissing,
  ownMissing: ownRedisMissing,
  start: () => startRedis(),
  async fresh(on) {
    const at = on ?? (await provideRedis());
    const queue = freshName('queue');
    const address = `${at}?queue=${queue}&streams=${LINES}&keepMs=3600000`;
    const key = (line: number) => `{${queue}}:turns:${line}`;
    const stamps = async (): Promise<Stamp[]> => {
      const all: Stamp[] = [];
      for (let line = 0; line < LINES; line += 1) {
        const entries = (await ask(at, ['XRANGE', key(line), '-', '+'])) as [string, string[]][];
        for (const [, fields] of entries)
          all.push({ order: fields[1]!, product: fields[3]!, line });
      }
      return all;
    };
    return {
      address,
      open: () => new RedisOrderQueue(parseRedisQueue(address), { leaseMs: SESSION_MS }),
      async stamps(orders) {
        for (;;) {
          const found = await stamps();
          if (
            hasAll(
              found.map(({ order }) => order),
              orders,
            )
          )
            return found;
        }
      },
      close: async () => {},
    };
  },
};

export const CARRIERS: readonly CarrierKind[] = [kafka, redis];

function hasAll(found: readonly string[], orders: readonly string[]): boolean {
  const known = new Set(found);
  return orders.every((order) => known.has(order));
}
