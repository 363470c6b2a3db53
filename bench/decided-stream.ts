// A stream of decided reservations, as a fast store would hand it to a recorder: each is like one that the
// engine in memory has decided, with ids, pools, buyers, keys and numbers of its own.

import { randomUUID } from 'node:crypto';
import type { Decided, Document } from '../src/engines/contract.ts';
import { MemoryEngine } from '../src/engines/memory.ts';
import type { DecidedBatch, Recorder } from '../src/engines/postgres/recorder.ts';
import { newId } from '../src/ids.ts';
import { Stock } from '../src/stock.ts';

const BUYERS = 1_000_000;
const UNITS = 900_000_000;
const HOLD_MS = 86_400_000;
const DECIDED_MAX = 100_000;

export class DecidedStream {
  readonly #pools: number;
  readonly #template: Decided;
  readonly #opening: readonly Decided[];
  readonly #seqs: number[];
  #number = 0;

  private constructor(pools: number, opening: readonly Decided[], template: Decided) {
    this.#pools = pools;
    this.#opening = opening;
    this.#template = template;
    // A pool is made, and filled.
    this.#seqs = new Array(pools).fill(2);
  }

  static async make(pools: number): Promise<DecidedStream> {
    const memory = new MemoryEngine();
    const stock = await Stock.open(memory, { sweep: false });
    for (let index = 0; index < pools; index += 1) {
      const pool = poolName(index);
      await stock.putPool({ pool });
      await stock.receive({ pool, quantity: UNITS });
    }
    const opening = await memory.entries({ after: 0, limit: DECIDED_MAX });
    const cart = {
      lines: [{ pool: poolName(0), quantity: 1 }],
      buyer: 'buyer',
      holdForMs: HOLD_MS,
    };
    await stock.reserve(cart, { key: randomUUID() });
    const [template] = await memory.entries({ after: opening.length, limit: 1 });
    return new DecidedStream(pools, opening, template!);
  }

  /** Records the pools, in a new epoch. */
  async open(recorder: Recorder): Promise<void> {
    const answer = await recorder.openEpoch({ after: 0, untilMs: 1 });
    if (!answer.ok) throw new Error('the stream was begun before');
    await recorder.recordBatches([this.#batch(this.#opening)]);
  }

  next(size: number): DecidedBatch {
    const atMs = Date.now();
    return this.#batch(Array.from({ length: size }, () => this.#reservation(atMs)));
  }

  #batch(decided: readonly Decided[]): DecidedBatch {
    this.#number += 1;
    return { epoch: 1, number: this.#number, decided };
  }

  #reservation(atMs: number): Decided {
    const index = Math.floor(Math.random() * this.#pools);
    const pool = poolName(index);
    const seq = this.#seqs[index]! + 1;
    this.#seqs[index] = seq;
    const id = newId();
    const like = this.#template;
    const document: Document = {
      ...like.documents[0]!,
      ...{ id, createdAtMs: atMs, updatedAtMs: atMs, deadlineMs: atMs + HOLD_MS },
      claims: [{ account: `${pool}/held`, undo: { release: pool }, quantity: 1 }],
      data: { lines: [{ pool, asked: 1 }], capAtMs: atMs + HOLD_MS },
      buyer: `buyer-${Math.floor(Math.random() * BUYERS)}`,
      owners: [pool],
    };
    return {
      atMs,
      request: { ...like.request!, key: randomUUID() },
      granted: [1],
      moves: [{ from: `${pool}/available`, to: `${pool}/held`, quantity: 1 }],
      documents: [document],
      seqs: [[pool, seq]],
      events: [{ type: 'reservation.held', subject: id }],
    };
  }
}

function poolName(index: number): string {
  return `pool-${index}`;
}
