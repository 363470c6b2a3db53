// Opens a topic of Kafka, to hand events over to or for orders to wait in, with its library, which is loaded only here: it is an
// optional peer dependency.

import { HoldfastError } from '../errors.ts';
import type { OrderQueue } from '../uses/queue/order-queue.ts';
import type { EventPublisher } from '../uses/relay/event-publisher.ts';
import type { KafkaAddress } from './address.ts';
import type { KafkaQueueOptions } from './kafka-order-queue.ts';

/** @throws HoldfastError `unavailable` when the library is not installed */
export async function openKafka(address: KafkaAddress): Promise<EventPublisher> {
  await needLibrary();
  const { KafkaPublisher } = await import('./kafka-publisher.ts');
  return new KafkaPublisher(address);
}

/** @throws HoldfastError `unavailable` when the library is not installed */
export async function openKafkaQueue(
  address: KafkaAddress,
  options: KafkaQueueOptions,
): Promise<OrderQueue> {
  await needLibrary();
  const { KafkaOrderQueue } = await import('./kafka-order-queue.ts');
  return new KafkaOrderQueue(address, options);
}

async function needLibrary(): Promise<void> {
  await import('@platformatic/kafka').catch(() => {
    const how = 'npm install @platformatic/kafka';
    throw new HoldfastError('unavailable', `the library is not installed: ${how}`);
  });
}
