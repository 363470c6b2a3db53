// Hands events over to a topic of Kafka: acknowledged by all replicas, those of one key in order. One
// request is under way at a time. After a failure the producer is thrown away: what the broker kept of it
// is not known. Makes the topic if there is none.

import { Admin, compatibilityPartitioner, Producer, stringSerializers } from '@platformatic/kafka';
import type { EventPublisher, RelayedEvent } from '../uses/relay/event-publisher.ts';
import { type KafkaAddress, shownKafkaAddress } from './address.ts';
import { clientOptions } from './client-options.ts';
import { isAnswer, isUnknownTopic, plainFailure } from './failure.ts';

/** A larger one goes compressed: a broker takes a megabyte of what arrives. */
const PLAIN_CHARS_MAX = 400_000;

type TextProducer = Producer<string, string, string, string>;

export class KafkaPublisher implements EventPublisher {
  readonly name: string;
  readonly shown: string;
  readonly #address: KafkaAddress;
  #open: { producer: TextProducer; topicId: string } | undefined;
  #opening: TextProducer | undefined;
  #closed = false;

  constructor(address: KafkaAddress) {
    this.#address = address;
    this.name = address.topic;
    this.shown = shownKafkaAddress(address);
  }

  async reach(): Promise<string> {
    if (this.#open !== undefined) return this.#open.topicId;
    if (this.#closed) throw new Error('the publisher is closed');
    const producer: TextProducer = new Producer({
      ...clientOptions(this.#address, 'holdfast-relay'),
      idempotent: true,
      // The way of other languages' clients: they find the same partition for a key.
      partitioner: compatibilityPartitioner,
      serializers: stringSerializers,
    });
    this.#opening = producer;
    try {
      const topicId = (await this.#topicId(producer)) ?? (await this.#makeTopic(producer));
      this.#open = { producer, topicId };
      return topicId;
    } catch (error) {
      await throwAway(producer);
      throw plainFailure(error);
    } finally {
      this.#opening = undefined;
    }
  }

  async publish(events: readonly RelayedEvent[]): Promise<void> {
    await this.reach();
    const { producer } = this.#open!;
    const { topic } = this.#address;
    // By the time of now, which is what a topic's retention counts from: the event may be a year old.
    const messages = events.map(({ key, headers, value }) => {
      return { topic, key, value, headers: { ...headers } };
    });
    const isLarge = events.some(({ value }) => value.length > PLAIN_CHARS_MAX);
    try {
      await producer.send({ messages, ...(isLarge ? { compression: 'gzip' } : {}) });
    } catch (error) {
      this.#open = undefined;
      await throwAway(producer);
      throw plainFailure(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = this.#open?.producer;
    this.#open = undefined;
    for (const producer of [open, this.#opening]) {
      if (producer !== undefined) await throwAway(producer);
    }
  }

  /** Undefined where there is no such topic. */
  async #topicId(producer: TextProducer): Promise<string | undefined> {
    const { topic } = this.#address;
    try {
      const { topics } = await producer.metadata({ topics: [topic], forceUpdate: true });
      return topics.get(topic)?.id;
    } catch (error) {
      if (isUnknownTopic(error)) return undefined;
      throw error;
    }
  }

  async #makeTopic(producer: TextProducer): Promise<string> {
    const { topic, partitions = -1 } = this.#address;
    const admin = new Admin(clientOptions(this.#address, 'holdfast-relay'));
    try {
      await admin.createTopics({ topics: [topic], partitions, replicas: -1 }).catch((error) => {
        if (!isAnswer(error, 'TOPIC_ALREADY_EXISTS')) throw error;
      });
    } finally {
      await admin.close().catch(() => {});
    }
    const topicId = await this.#topicId(producer);
    if (topicId === undefined) throw new Error(`the topic ${topic} is not there yet`);
    return topicId;
  }
}

async function throwAway(producer: TextProducer): Promise<void> {
  await producer.close().catch(() => {});
}
