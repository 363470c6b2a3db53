// The load on the core: many buyers in a closed loop, each reserving, and later confirming,
// cancelling or letting expire what he got. Counts what was answered; judges nothing.

import { randomUUID } from 'node:crypto';
import type { Reservation } from '../kernel/reservation.ts';
import type { Answer, Stock } from '../stock.ts';

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
  #turns = 0;
  #running = false;
  #stopped = Promise.resolve();

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    const { inFlight } = this.#options;
    const buyers = Array.from(
      { length: inFlight },
      () => new Promise<void>((left) => new Buyer(this, left).reserve()),
    );
    this.#stopped = Promise.all(buyers).then(() => {});
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#stopped;
  }

  get running(): boolean {
    return this.#running;
  }

  /** A command for the next buyer; every 64th is one whose answer is timed. */
  reserve(): { timed: boolean; answer: Promise<Answer<Reservation>> } {
    const { stock, pools, soldOutPool, soldOutEvery, buyers, holdForMs } = this.#options;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const pool =
      sequence % soldOutEvery === 0
        ? soldOutPool
        : pools[Math.floor(Math.random() * pools.length)]!;
    const buyer = `buyer-${Math.floor(Math.random() * buyers)}`;
    const command = { lines: [{ pool, quantity: 1 }], buyer, holdForMs };
    return { timed: sequence % 64 === 0, answer: stock.reserve(command, { key: randomUUID() }) };
  }

  /** Of three older reservations one is confirmed, one cancelled, and one left to expire. */
  endAfter(reservation: string): { reservation: string; how: End } | undefined {
    if (this.#options.ends === 'cycle') return { reservation, how: 'confirm' };
    this.#waiting.push(reservation);
    if (this.#waiting.length - this.#head < LATER) return undefined;
    const older = this.#waiting[this.#head]!;
    this.#head += 1;
    if (this.#head > 1_000_000) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#turns += 1;
    const turn = this.#turns % 3;
    if (turn === 2) return undefined;
    return { reservation: older, how: turn === 0 ? 'confirm' : 'cancel' };
  }

  end({ reservation, how }: { reservation: string; how: End }): Promise<Answer<Reservation>> {
    const { stock } = this.#options;
    const key = { key: randomUUID() };
    return how === 'confirm'
      ? stock.confirm({ reservation }, key)
      : stock.cancel({ reservation }, key);
  }
}

type End = 'confirm' | 'cancel';

/**
 * One who waits for an answer, and then asks again. Goes on by callbacks: as an asynchronous function
 * this load took a fifth of the memory that a reservation went through, and was measured with it.
 */
class Buyer {
  readonly #load: Load;
  readonly #left: () => void;
  #startMs = 0;
  #ending: End = 'confirm';

  constructor(load: Load, left: () => void) {
    this.#load = load;
    this.#left = left;
  }

  readonly reserve = (): void => {
    if (!this.#load.running) {
      this.#left();
      return;
    }
    const { timed, answer } = this.#load.reserve();
    this.#startMs = timed ? performance.now() : 0;
    answer.then(this.#answered, this.#failed);
  };

  readonly #answered = (answer: Answer<Reservation>): void => {
    const { counts, latenciesMs } = this.#load;
    if (this.#startMs > 0) latenciesMs.push(performance.now() - this.#startMs);
    if (!answer.ok) {
      counts.refused += 1;
      this.reserve();
      return;
    }
    counts.accepted += 1;
    const end = this.#load.endAfter(answer.value.id);
    if (end === undefined) {
      this.reserve();
      return;
    }
    this.#ending = end.how;
    this.#load.end(end).then(this.#ended, this.#failed);
  };

  readonly #ended = (answer: Answer<Reservation>): void => {
    const { counts } = this.#load;
    if (!answer.ok) counts.late += 1;
    else if (this.#ending === 'confirm') counts.confirmed += 1;
    else counts.cancelled += 1;
    this.reserve();
  };

  readonly #failed = (): void => {
    this.#load.counts.failed += 1;
    this.reserve();
  };
}
