// Carries the stream of a store to what remembers it: batches in their order, then what is remembered leaves
// the stream. One that fails is given again; whoever takes them takes each once. Decides nothing.

import type { Connection } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import type { Remembered, Remembering } from './remembering.ts';
import { readStream } from './stream.ts';

/** Batches in one go: a thousand entries and more where servers are busy. */
const BATCHES_MAX = 64;
const BLOCK_MS = 500;
const AGAIN_MS = 200;

interface LoopOptions {
  /** Of its own: it waits there for what is new. */
  connection: Connection;
  keys: Pick<StoreKeys, 'stream'>;
  remembering: Pick<Remembering, 'look' | 'recordBatches'>;
}

export class RecorderLoop {
  readonly #options: LoopOptions;
  #place: Remembered;
  #closed = false;
  #failure: unknown;
  #resting: (() => void) | undefined;
  readonly #running: Promise<void>;

  private constructor(options: LoopOptions, place: Remembered) {
    this.#options = options;
    this.#place = place;
    this.#running = this.#run();
  }

  static async start(options: LoopOptions): Promise<RecorderLoop> {
    return new RecorderLoop(options, await options.remembering.look());
  }

  /** How far it has come. */
  get place(): Remembered {
    return this.#place;
  }

  /** Why it does not get on, if it does not. */
  get failure(): unknown {
    return this.#failure;
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#resting?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#step();
        this.#failure = undefined;
      } catch (error) {
        this.#failure = error;
        await this.#rest();
      }
    }
  }

  async #step(): Promise<void> {
    const { connection, keys, remembering } = this.#options;
    const { send } = connection;
    const asked = { key: keys.stream, after: this.#place, count: BATCHES_MAX };
    const batches = await readStream(send, asked);
    const last = batches.at(-1);
    if (last === undefined) {
      const after = `${this.#place.epoch}-${this.#place.number}`;
      await send('XREAD', 'COUNT', '1', 'BLOCK', String(BLOCK_MS), 'STREAMS', keys.stream, after);
      return;
    }
    const answer = await remembering.recordBatches(batches);
    if (!answer.ok) {
      this.#place = await remembering.look();
      await this.#rest();
      return;
    }
    this.#place = { epoch: last.epoch, number: last.number };
    await send('XTRIM', keys.stream, 'MINID', `${last.epoch}-${last.number + 1}`);
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, AGAIN_MS);
      this.#resting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
