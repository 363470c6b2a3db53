// Writes to a topic: acknowledged by all replicas, what has one key in order. One request is under way at a
// time. After a failure the producer is thrown away: what the broker kept of it is not known. Makes the
// topic if there is none.

import { Admin, compatibilityPartitioner, Producer, stringSerializers } from '@platformatic/kafka';
import type { KafkaAddress } from './address.ts';
import { clientOptions } from './client-options.ts';
import { isAnswer, isUnknownTopic, plainFailure } from './failure.ts';

export interface TextMessage {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** A larger one goes compressed: a broker takes a megabyte of what arrives. */
const PLAIN_BYTES_MAX = 700_000;

type TextProducer = Producer<string, string, string, string>;

export class TopicWriter {
  readonly #address: KafkaAddress;
  readonly #clientId: string;
  #open: { producer: TextProducer; topicId: string } | undefined;
  #opening: TextProducer | undefined;
  #closed = false;

  constructor(address: KafkaAddress, clientId: string) {
    this.#address = address;
    this.#clientId = clientId;
  }

  /** The topic's id: another one where what was there is gone. @throws while it cannot be reached. */
  async reach(): Promise<string> {
    if (this.#open !== undefined) return this.#open.topicId;
    if (this.#closed) throw new Error('it is closed');
    const producer: TextProducer = new Producer({
      ...clientOptions(this.#address, this.#clientId),
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

  /** Resolves once all of them are kept. @throws where some may not be. */
  async write(messages: readonly TextMessage[]): Promise<void> {
    await this.reach();
    const { producer } = this.#open!;
    const { topic } = this.#address;
    const isLarge = messages.some(({ value }) => Buffer.byteLength(value) > PLAIN_BYTES_MAX);
    try {
      await producer.send({
        // By the time of now, which is what a topic's retention counts from: an event may be a year old.
        messages: messages.map((message) => ({ topic, ...message })),
        ...(isLarge ? { compression: 'gzip' } : {}),
      });
    } catch (error) {
      this.#open = undefined;
      await throwAway(producer);
      throw plainFailure(error);
    }
  }

  /** What is under way fails. */
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
    const admin = new Admin(clientOptions(this.#address, this.#clientId));
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
