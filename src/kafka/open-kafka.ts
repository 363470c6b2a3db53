// Opens a topic of Kafka to hand events over to, with its library, which is loaded only here: it is an
// optional peer dependency.

import { HoldfastError } from '../errors.ts';
import type { EventPublisher } from '../uses/relay/event-publisher.ts';
import type { KafkaAddress } from './address.ts';

/** @throws HoldfastError `unavailable` when the library is not installed */
export async function openKafka(address: KafkaAddress): Promise<EventPublisher> {
  await import('@platformatic/kafka').catch(() => {
    const how = 'npm install @platformatic/kafka';
    throw new HoldfastError('unavailable', `the library is not installed: ${how}`);
  });
  const { KafkaPublisher } = await import('./kafka-publisher.ts');
  return new KafkaPublisher(address);
}
