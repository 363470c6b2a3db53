// Writes turns of orders to a topic: acknowledged by all replicas, those of one product in one partition.
// What comes while one request is under way goes with the next.

import { HoldfastError } from '../errors.ts';
import type { Turn } from '../uses/queue/order-queue.ts';
import type { KafkaAddress } from './address.ts';
import { type TextMessage, TopicWriter } from './topic-writer.ts';

/** In one request. */
const BATCH_MAX = 500;
const LOOK_AGAIN_MS = 500;

interface Putting {
  turn: Turn;
  kept: () => void;
  failed: (error: HoldfastError) => void;
}

export class TurnTopic {
  readonly #writer: TopicWriter;
  #waiting: Putting[] = [];
  #writing = false;
  #reached: Promise<void> | undefined;
  #away: HoldfastError | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(address: KafkaAddress) {
    this.#writer = new TopicWriter(address, 'holdfast-turns');
  }

  get away(): HoldfastError | undefined {
    return this.#away;
  }

  /** @throws HoldfastError at once while it is known to be away */
  async ready(): Promise<void> {
    if (this.#away !== undefined) throw this.#away;
    this.#reached ??= this.#reach();
    await this.#reached;
  }

  /** Resolves once it is kept. @throws HoldfastError where it may not be */
  put(turn: Turn): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ turn, kept: resolve, failed: reject });
    if (!this.#writing) void this.#writeAll();
    return promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#writer.close();
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, BATCH_MAX));
    this.#writing = false;
  }

  async #write(putting: readonly Putting[]): Promise<void> {
    try {
      await this.ready();
      await this.#keep(putting.map(({ turn }) => messageOf(turn)));
      for (const { kept } of putting) kept();
    } catch (error) {
      for (const { failed } of putting) failed(error as HoldfastError);
    }
  }

  async #keep(messages: readonly TextMessage[]): Promise<void> {
    try {
      await this.#writer.write(messages);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #reach(): Promise<void> {
    try {
      await this.#writer.reach();
      this.#away = undefined;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Nobody waits for a broker that did not answer, until it has. */
  #failed(error: unknown): HoldfastError {
    const why = new HoldfastError('unavailable', `Kafka is away: ${(error as Error).message}`);
    this.#away = why;
    this.#reached = undefined;
    clearTimeout(this.#again);
    if (this.#closed) return why;
    this.#again = setTimeout(() => {
      this.#reached = this.#reach();
      this.#reached.catch(() => {});
    }, LOOK_AGAIN_MS);
    this.#again.unref();
    return why;
  }
}

function messageOf({ order, product, atMs }: Turn) {
  return { key: product, value: JSON.stringify({ order, product, atMs }), headers: {} };
}

/** Undefined for what is none. */
export function readTurn(text: string): Turn | undefined {
  let turn: Turn;
  try {
    turn = JSON.parse(text) as Turn;
  } catch {
    return undefined;
  }
  if (typeof turn !== 'object' || turn === null) return undefined;
  const { order, product, atMs } = turn;
  const isTurn = typeof order === 'string' && typeof product === 'string' && Number.isFinite(atMs);
  return isTurn ? { order, product, atMs } : undefined;
}
