// The load on the core: many buyers in a closed loop, each reserving, and later confirming,
// cancelling or letting expire what he got. Counts what was answered; judges nothing.

import { randomUUID } from 'node:crypto';
import type { Stock } from '../stock.ts';

export interface LoadOptions {
  stock: Stock;
  pools: readonly string[];
  /** Sold out from the start: one command in `soldOutEvery` asks for it. */
  soldOutPool: string;
  soldOutEvery: number;
  buyers: number;
  inFlight: number;
  holdForMs: number;
  /** What follows a reservation: confirmed at once (`cycle`), or later one of three ends. */
  ends: 'cycle' | 'later';
}

export interface Counts {
  accepted: number;
  refused: number;
  confirmed: number;
  cancelled: number;
  /** Ends that came too late: it had expired. */
  late: number;
  failed: number;
}

/** How long a reservation is left alone before its buyer ends it, in reservations. */
export const LATER = 20_000;

export class Load {
  readonly counts: Counts = {
    accepted: 0,
    refused: 0,
    confirmed: 0,
    cancelled: 0,
    late: 0,
    failed: 0,
  };
  readonly latenciesMs: number[] = [];
  readonly #options: LoadOptions;
  readonly #waiting: string[] = [];
  #head = 0;
  #sequence = 0;
  #running = false;
  #loops: Promise<void>[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    const { inFlight } = this.#options;
    this.#loops = Array.from({ length: inFlight }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (this.#running) {
      try {
        await this.#reserve();
        if (this.#options.ends === 'later') await this.#endAnOlder();
      } catch {
        this.counts.failed += 1;
      }
    }
  }

  async #reserve(): Promise<void> {
    const { stock, pools, soldOutPool, soldOutEvery, buyers, holdForMs, ends } = this.#options;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const pool =
      sequence % soldOutEvery === 0
        ? soldOutPool
        : pools[Math.floor(Math.random() * pools.length)]!;
    const buyer = `buyer-${Math.floor(Math.random() * buyers)}`;
    const startMs = sequence % 64 === 0 ? performance.now() : 0;
    const answer = await stock.reserve(
      { lines: [{ pool, quantity: 1 }], buyer, holdForMs },
      { key: randomUUID() },
    );
    if (startMs > 0) this.latenciesMs.push(performance.now() - startMs);
    if (!answer.ok) {
      this.counts.refused += 1;
      return;
    }
    this.counts.accepted += 1;
    if (ends === 'later') this.#waiting.push(answer.value.id);
    else await this.#end(answer.value.id, 'confirm');
  }

  /** Of three older reservations one is confirmed, one cancelled, and one left to expire. */
  async #endAnOlder(): Promise<void> {
    if (this.#waiting.length - this.#head < LATER) return;
    const id = this.#waiting[this.#head]!;
    this.#head += 1;
    if (this.#head > 1_000_000) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    const turn = this.#sequence % 3;
    if (turn === 0) await this.#end(id, 'confirm');
    else if (turn === 1) await this.#end(id, 'cancel');
  }

  async #end(reservation: string, how: 'confirm' | 'cancel'): Promise<void> {
    const { stock } = this.#options;
    const key = { key: randomUUID() };
    const answer =
      how === 'confirm'
        ? await stock.confirm({ reservation }, key)
        : await stock.cancel({ reservation }, key);
    if (!answer.ok) this.counts.late += 1;
    else if (how === 'confirm') this.counts.confirmed += 1;
    else this.counts.cancelled += 1;
  }
}
