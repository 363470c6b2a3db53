// Hands events over to a topic of Kafka. Only names things: the topic's writer does the work.

import type { EventPublisher, RelayedEvent } from '../uses/relay/event-publisher.ts';
import { type KafkaAddress, shownKafkaAddress } from './address.ts';
import { TopicWriter } from './topic-writer.ts';

export class KafkaPublisher implements EventPublisher {
  readonly name: string;
  readonly shown: string;
  readonly #writer: TopicWriter;

  constructor(address: KafkaAddress) {
    this.name = address.topic;
    this.shown = shownKafkaAddress(address);
    this.#writer = new TopicWriter(address, 'holdfast-relay');
  }

  reach(): Promise<string> {
    return this.#writer.reach();
  }

  publish(events: readonly RelayedEvent[]): Promise<void> {
    return this.#writer.write(events);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
