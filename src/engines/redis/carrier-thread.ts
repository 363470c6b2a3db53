// A carrier in a thread of its own, so that recording takes no time from what decides. Starts it with the first
// step, and again after one that has ended by itself.

import { Worker } from 'node:worker_threads';
import { type FailureCode, HoldfastError } from '../../errors.ts';
import type { Carried, Carrying, Recorded } from './carrier.ts';
import { StoreLost } from './failures.ts';
import type { Place } from './place.ts';

/** Where a carrier carries, from and to. */
export interface CarrierPlaces {
  /** Addresses of the store and of its record. */
  redis: string;
  record: string;
  epoch: number;
  leaseMs: number;
}

/** To the thread. */
export type CarrierRequest = { after: Place } | { close: true };

/** From it. */
export type CarrierReply =
  | { recorded: Recorded }
  | { carried: Carried }
  | { failed: { message: string; code?: FailureCode; isLost: boolean } };

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
/** Of its texts little lives longer than a step. */
const YOUNG_GENERATION_MAX_MB = 32;

export class CarrierThread implements Carrying {
  readonly #places: CarrierPlaces;
  readonly #onRecorded: (recorded: Recorded) => void;
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #asked: PromiseWithResolvers<Carried> | undefined;
  #closed = false;

  constructor(places: CarrierPlaces, onRecorded: (recorded: Recorded) => void) {
    this.#places = places;
    this.#onRecorded = onRecorded;
  }

  /** One at a time. */
  carry(after: Place): Promise<Carried> {
    const asked = Promise.withResolvers<Carried>();
    if (this.#closed) asked.reject(new HoldfastError('unavailable', 'the store is closed'));
    else {
      this.#asked = asked;
      this.#worker ??= this.#start();
      this.#worker.postMessage({ after } satisfies CarrierRequest);
    }
    return asked.promise;
  }

  /** A step under way is given up: it is recorded whole, or not at all. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#asked === undefined) {
      this.#worker?.postMessage({ close: true } satisfies CarrierRequest);
    } else await this.#worker?.terminate();
    await this.#ended;
  }

  #start(): Worker {
    const url = new URL(`./carrier-worker${EXTENSION}`, import.meta.url);
    const worker = new Worker(url, {
      workerData: this.#places,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MAX_MB },
    });
    let why = 'it was told to';
    worker.on('message', (reply: CarrierReply) => this.#take(reply));
    worker.on('error', (error) => {
      why = String(error);
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = undefined;
        this.#reject(new HoldfastError('unavailable', `the recording thread has ended: ${why}`));
        resolve();
      });
    });
    return worker;
  }

  #take(reply: CarrierReply): void {
    if ('recorded' in reply) this.#onRecorded(reply.recorded);
    else if ('carried' in reply) {
      this.#asked?.resolve(reply.carried);
      this.#asked = undefined;
    } else this.#reject(errorOf(reply.failed));
  }

  #reject(error: Error): void {
    this.#asked?.reject(error);
    this.#asked = undefined;
  }
}

function errorOf({ message, code, isLost }: Extract<CarrierReply, { failed: object }>['failed']) {
  if (isLost) return new StoreLost(message);
  return code === undefined ? new Error(message) : new HoldfastError(code, message);
}
