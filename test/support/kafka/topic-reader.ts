// Reads a topic from its beginning, all partitions, and keeps everything in the order in which each
// partition has it. Goes on over whatever happens to the broker. Judges nothing.

import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, type MessagesStream, stringDeserializers } from '@platformatic/kafka';
import { leave } from '../../../src/kafka/leave.ts';
import { freshName } from '../kafka.ts';

export interface ReadMessage {
  partition: number;
  offset: number;
  key: string;
  headers: Record<string, string>;
  /** Undefined where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  event: any;
}

const AGAIN_AFTER_MS = 200;

type Text = Consumer<string, string, string, string>;
type TextStream = MessagesStream<string, string, string, string>;

export class TopicReader {
  readonly messages: ReadMessage[] = [];
  readonly #address: string;
  readonly #topic: string;
  readonly #came = new EventEmitter();
  /** The next offset of each partition. */
  readonly #next = new Map<number, number>();
  #stopped = false;
  #consumer: Text | undefined;
  #stream: TextStream | undefined;
  readonly #running: Promise<void>;

  constructor(address: string, topic: string) {
    this.#address = address;
    this.#topic = topic;
    this.#running = this.#run();
  }

  /** Resolves once what has come is as the caller wants it. */
  async until(wanted: (messages: readonly ReadMessage[]) => boolean): Promise<void> {
    while (!wanted(this.messages)) await once(this.#came, 'came');
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#leave();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#read();
      } catch {
        // The broker is away, or it is closed.
      }
      await this.#leave();
      if (!this.#stopped) await delay(AGAIN_AFTER_MS);
    }
  }

  async #read(): Promise<void> {
    const consumer: Text = new Consumer({
      clientId: 'holdfast-tests',
      groupId: freshName('reader'),
      bootstrapBrokers: [this.#address],
      deserializers: stringDeserializers,
      retries: 1,
      maxWaitTime: 100,
      sessionTimeout: 6_000,
    });
    // A join that fails is told twice; who is not listened to here ends the process.
    (consumer as EventEmitter).on('error', () => {});
    this.#consumer = consumer;
    this.#stream = await this.#consume(consumer);
    for await (const message of this.#stream) {
      const { partition, offset, key, value, headers } = message;
      const at = Number(offset);
      if (at < (this.#next.get(partition) ?? 0)) continue;
      this.#next.set(partition, at + 1);
      const read = { partition, offset: at, key, headers: Object.fromEntries(headers) };
      this.messages.push({ ...read, event: parsed(value) });
      this.#came.emit('came');
    }
  }

  /** A consumer that the group has dropped leaves its stream open: it went on fetching, and threw behind everybody's back. */
  async #leave(): Promise<void> {
    this.#stream?.destroy();
    if (this.#consumer !== undefined) await leave(this.#consumer);
  }

  #consume(consumer: Text): Promise<TextStream> {
    return consumer.consume({ topics: [this.#topic], mode: 'earliest', autocommit: false });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
