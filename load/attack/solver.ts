// Solves challenges in a thread of its own, one after another, so that nobody's request is late for it. Also the
// thread's program.

import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Challenge, type Found, solve } from './proof-of-work.ts';

interface Asked {
  number: number;
  challenge: Challenge;
  from: number;
}

export class Solver {
  readonly #worker = new Worker(import.meta.filename);
  readonly #open = new Map<number, (found: Found) => void>();
  #count = 0;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', ({ number, found }: { number: number; found: Found }) => {
      this.#open.get(number)!(found);
      this.#open.delete(number);
    });
  }

  /** Nothing is asked of it. */
  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  /** The first counter, from one on, that solves it. */
  solve(challenge: Challenge, from = 0): Promise<Found> {
    this.#count += 1;
    const asked: Asked = { number: this.#count, challenge, from };
    this.#worker.postMessage(asked);
    return new Promise((resolve) => this.#open.set(asked.number, resolve));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  port.on('message', ({ number, challenge, from }: Asked) =>
    port.postMessage({ number, found: solve(challenge, from) }),
  );
}
