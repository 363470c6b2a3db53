// The option that says what orders wait in, where it is not the journal, and the opening of that.
// HOLDFAST_QUEUE stands in for it. The server starts while the place is away; a Redis that answers must be one that
// keeps turns.

import { InvalidArgumentError, Option } from 'commander';
import { crashPoint } from '../engines/crash-point.ts';
import { HoldfastError } from '../errors.ts';
import { type KafkaAddress, parseKafkaAddress } from '../kafka/address.ts';
import { openKafkaQueue } from '../kafka/open-kafka.ts';
import { parseRedisQueue, type RedisQueueAddress } from '../redis-queue/address.ts';
import { openRedisQueue } from '../redis-queue/open-redis-queue.ts';
import type { OrderQueue } from '../uses/queue/order-queue.ts';
import { CommandFailure } from './failure.ts';

type QueueAddress = { kafka: KafkaAddress } | { redis: RedisQueueAddress };

export interface QueueOptions {
  queue?: QueueAddress;
}

const NOTING = {
  onNoting: () => crashPoint('turns-noting'),
  onNoted: () => crashPoint('turns-noted'),
};

export function queueOption(): Option {
  return new Option(
    '--queue <address>',
    'what orders wait in whose channel decides by queue: kafka://host:9092/topic, redis://host:6379?queue=shop (default: the journal)',
  )
    .env('HOLDFAST_QUEUE')
    .argParser(readAddress);
}

export async function openQueue({ queue }: QueueOptions): Promise<OrderQueue | undefined> {
  if (queue === undefined) return undefined;
  try {
    return 'kafka' in queue
      ? await openKafkaQueue(queue.kafka, NOTING)
      : await openRedisQueue(queue.redis, NOTING);
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(`--queue: ${error.message}`);
    throw error;
  }
}

function readAddress(text: string): QueueAddress {
  try {
    if (/^rediss?:\/\//.test(text)) return { redis: parseRedisQueue(text) };
    return { kafka: parseKafkaAddress(text) };
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
