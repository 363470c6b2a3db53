// Sends operations at a steady rate, whether or not earlier ones were answered, and keeps how long
// reserves took. What could not be sent, because too many were under way, is counted and never hidden.

import { HoldfastClient, HoldfastClientError } from '../src/client/index.ts';
import { Carts } from './carts.ts';
import { Ledger } from './ledger.ts';
import { cutConnection, type Guests, readEvents, sendMalformed } from './odd-guests.ts';
import { drawOperation, type Floor, fill, OPERATIONS } from './operations.ts';
import { openShop, SHOP } from './shop.ts';

const TICK_MS = 10;
/** Most come with a connection of their own; a thousand at once would be a flood, not a load. */
const UNDER_WAY_MAX = 500;
/** The rate rises to its full height for so long, or for a tenth of a short run. */
const RISE_MS = 30_000;
/** Of the buyers that many in a hundred come without the batching client. */
const ALONE_PERCENT = 15;
const READERS = 6;
/** One of each for that many operations. */
const ODD_EVERY = 750;
const TIMEOUT_MS = 30_000;

export interface LoadOptions {
  url: string;
  /** Operations a second. */
  rate: number;
  holdSeconds: number;
}

export class MixedLoad {
  readonly ledger = new Ledger();
  readonly carts = new Carts();
  /** Not sent, because UNDER_WAY_MAX were. */
  notSent = 0;
  underWay = 0;
  #reserveMs: number[] = [];
  readonly #floors: { batched: Floor; alone: Floor };
  readonly #guests: Guests;
  readonly #stop = new AbortController();
  readonly #options: LoadOptions;
  readonly #readers: Promise<void>[] = [];

  constructor(options: LoadOptions) {
    const { url, holdSeconds } = options;
    const { ledger, carts } = this;
    const client = new HoldfastClient({ url, timeoutMs: TIMEOUT_MS });
    const alone = new HoldfastClient({ url, timeoutMs: TIMEOUT_MS, batch: false });
    this.#options = options;
    this.#floors = {
      batched: { client, ledger, carts, holdSeconds },
      alone: { client: alone, ledger, carts, holdSeconds },
    };
    this.#guests = { url, client: alone, ledger, signal: this.#stop.signal };
  }

  get client(): HoldfastClient {
    return this.#floors.batched.client;
  }

  /** Opens the shop and fills it. */
  async prepare(): Promise<void> {
    await openShop(this.client, Math.max(1, this.#options.holdSeconds));
    for (const pool of SHOP.pools) await fill(this.#floors.batched, pool);
  }

  /** Resolves after `durationMs`, when all that was sent is answered. */
  async run(durationMs: number): Promise<void> {
    const visitMaxMs = Math.min(40_000, durationMs / 3);
    for (let seat = 0; seat < READERS; seat += 1) {
      this.#readers.push(readEvents(this.#guests, visitMaxMs));
    }
    const startMs = performance.now();
    let due = 0;
    for (;;) {
      const elapsedMs = performance.now() - startMs;
      if (elapsedMs >= durationMs) break;
      const until = Math.floor((risen(elapsedMs, durationMs) / 1_000) * this.#options.rate);
      for (; due < until; due += 1) this.#send(due);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    this.#stop.abort();
    await Promise.all(this.#readers);
    while (this.underWay > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }

  /** How long reserves took since the last call, in ms, shortest first. */
  takeReserveMs(): number[] {
    const taken = this.#reserveMs.sort((a, b) => a - b);
    this.#reserveMs = [];
    return taken;
  }

  #send(number: number): void {
    if (this.underWay >= UNDER_WAY_MAX) {
      this.notSent += 1;
      return;
    }
    if (number % ODD_EVERY === 0) this.#track('malformed', sendMalformed(this.#guests));
    if (number % ODD_EVERY === ODD_EVERY / 2) this.#track('cut', cutConnection(this.#guests));
    const name = drawOperation();
    const floor = Math.random() * 100 < ALONE_PERCENT ? this.#floors.alone : this.#floors.batched;
    this.#track(name, OPERATIONS[name]![1](floor));
  }

  /** No answer in time. Where the server kept saying that it has too much to do, that is one. */
  #failed(name: string, error: unknown): void {
    const { refusal, mayHaveTakenEffect } =
      error instanceof HoldfastClientError
        ? error
        : { refusal: undefined, mayHaveTakenEffect: false };
    if (refusal?.code === 'overloaded' && !mayHaveTakenEffect) {
      this.ledger.refuse(`${name}: overloaded`);
      return;
    }
    if (mayHaveTakenEffect) this.ledger.unknown += 1;
    this.ledger.mistake(`${name}: ${error}`);
  }

  #track(name: string, work: Promise<void>): void {
    const startMs = performance.now();
    this.underWay += 1;
    work
      .then(() => {
        if (name === 'reserve') this.#reserveMs.push(performance.now() - startMs);
      })
      .catch((error) => this.#failed(name, error))
      .finally(() => {
        this.underWay -= 1;
      });
  }
}

/** How much time at the full rate the time so far is worth. */
function risen(elapsedMs: number, durationMs: number): number {
  const riseMs = Math.min(RISE_MS, durationMs / 10);
  return elapsedMs < riseMs ? elapsedMs ** 2 / (2 * riseMs) : elapsedMs - riseMs / 2;
}
