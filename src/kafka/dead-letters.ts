// Where events go that nobody takes: a topic of their own, as they came, with the reason and where they
// stood. Decides nothing.

import type { KafkaAddress } from './address.ts';
import type { TopicMessage } from './topic-fetcher.ts';
import { TopicWriter } from './topic-writer.ts';

export class DeadLetters {
  readonly #writer: TopicWriter;
  readonly #from: string;

  constructor(address: KafkaAddress, { from, clientId }: { from: string; clientId: string }) {
    this.#writer = new TopicWriter(address, clientId);
    this.#from = from;
  }

  /** Resolves once it is kept. */
  async write(message: TopicMessage, why: { reason: string; attempts: number }): Promise<void> {
    const { partition, offset, key = '', value } = message;
    const headers = {
      ...message.headers,
      'dead-reason': why.reason,
      'dead-attempts': String(why.attempts),
      'dead-topic': this.#from,
      'dead-partition': String(partition),
      'dead-offset': String(offset),
    };
    await this.#writer.write([{ key, value, headers }]);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
