// A thread of the engine, its messages, and its end. Says when it ended without being asked to, so that
// nobody waits for it for ever. Knows nothing of what the messages mean.

import { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../errors.ts';
import { GENERATION_SIZE } from './fingerprint-set.ts';

export type ThreadName =
  | 'journal-writer'
  | 'tables-worker'
  | 'look-up-worker'
  | 'archive/archive-worker';

/**
 * Their garbage is small and dies at once; the process's own bound is made for the deciding thread. The
 * flag --max-semi-space-size would win over this one where it still stands when a thread begins.
 */
const YOUNG_GENERATION_MAX_MB = 24;

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

type Failed = { failed: string | { code: 'disk-full' | 'unavailable'; message: string } };

export class Thread<Request, Reply> {
  onReply: (reply: Reply) => void = () => {};
  /** Called when it ends before it was told to close. */
  onEnd: (why: string) => void = () => {};
  /** Resolves when it has ended, for whatever reason; at once when it was never started. */
  ended: Promise<void> = Promise.resolve();
  readonly #name: ThreadName;
  readonly #paths: object;
  #worker: Worker | undefined;
  #closing = false;

  constructor(name: ThreadName, paths: object) {
    this.#name = name;
    this.#paths = paths;
  }

  start(): void {
    const url = new URL(`./${this.#name}${EXTENSION}`, import.meta.url);
    const worker = new Worker(url, {
      workerData: this.#paths,
      // What this thread has read once must not be read anew by one that begins later.
      env: { ...process.env, HOLDFAST_GENERATION_ENTRIES: String(GENERATION_SIZE) },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MAX_MB },
    });
    this.#worker = worker;
    let why = 'it ended';
    worker.on('message', (reply: Reply) => this.onReply(reply));
    worker.on('error', (error) => {
      why = String(error);
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve();
        if (!this.#closing) this.onEnd(`the thread ${this.#name} failed: ${why}`);
      });
    });
  }

  send(request: Request | { close: true }): void {
    if (isClose(request)) this.#closing = true;
    this.#worker?.postMessage(request);
  }

  /** Does not keep the process alive. */
  unref(): void {
    this.#worker?.unref();
  }

  async terminate(): Promise<void> {
    this.#closing = true;
    await this.#worker?.terminate();
  }

  /**
   * The next reply that `wanted` takes, while nobody else listens.
   *
   * @throws HoldfastError when the thread fails or ends first
   */
  reply<Wanted>(wanted: (reply: Reply) => Wanted | false): Promise<Wanted> {
    return new Promise((resolve, reject) => {
      this.onEnd = (why) => reject(new HoldfastError('unavailable', why));
      this.onReply = (reply) => {
        const found = wanted(reply);
        if (found !== false) resolve(found);
        else if (isFailed(reply)) reject(failureOf(reply));
      };
    });
  }
}

function isClose(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'close' in request;
}

function isFailed(reply: unknown): reply is Failed {
  return typeof reply === 'object' && reply !== null && 'failed' in reply;
}

function failureOf({ failed }: Failed): HoldfastError {
  return typeof failed === 'string'
    ? new HoldfastError('unavailable', failed)
    : new HoldfastError(failed.code, failed.message);
}
