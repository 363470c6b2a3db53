// Batches of reservations as the Redis engine sends them, made beforehand, and the state that they meet.
// Measures nothing.

import { randomUUID } from 'node:crypto';
import type { Transaction } from '../src/engines/contract.ts';
import { type BatchPayload, writeBatch } from '../src/engines/redis/batch-writer.ts';
import { Connection } from '../src/engines/redis/connection.ts';
import { keysOf } from '../src/engines/redis/keys.ts';
import { callRow, LifeSigns } from '../src/engines/redis/life.ts';
import { callFunction } from '../src/engines/redis/scripted.ts';
import { newId } from '../src/ids.ts';
import { NO_FLOOR } from '../src/kernel/accounts.ts';
import { reserve } from '../src/kernel/reserve.ts';

const EPOCH = 1;
const LATE_MS = 5_000;
const STOCK = 1_000_000_000;
const BUYERS = 1_000_000;
const HOLD_MS = 900_000;
const HASH = '1234567890.-987654321';

export class RedisReservations {
  readonly #connection: Connection;
  readonly #keys: readonly string[];
  readonly #pools: number;
  #made = 0;

  private constructor(connection: Connection, keys: readonly string[], pools: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#pools = pools;
  }

  /** Pools with stock in a new store, and so many reservations. */
  static async open(url: string, { pools, rows }: { pools: number; rows: number }) {
    const connection = await Connection.open({ url, name: 'bench' }, async () => {});
    const keys = keysOf(`bench_${pools}_${randomUUID()}`);
    await new LifeSigns(keys).begin(connection.send, {
      ...{ epoch: EPOCH, leaseUntilMs: -1, runId: 'bench', journalId: 'bench' },
    });
    const made = new RedisReservations(connection, keys.decided, pools);
    for (let pool = 0; pool < pools; pool += 1)
      await made.send(writeBatch([opened(`pool-${pool}`)]));
    while (made.#made < rows) await made.send(made.batch(256));
    return made;
  }

  /** A batch of reservations of one unit each. */
  batch(size: number): BatchPayload {
    return writeBatch(Array.from({ length: size }, () => this.#reservation()));
  }

  async send({ unread, frame, groups }: BatchPayload): Promise<void> {
    const nowMs = Date.now();
    const [nowMaxMs, dueMaxMs] = [nowMs + LATE_MS, nowMs + LATE_MS];
    const call = callRow({ epoch: EPOCH, isCallers: false, nowMs, nowMaxMs, dueMaxMs });
    const values = [call, unread, frame, ...groups];
    await callFunction(this.#connection.send, 'commit', { keys: this.#keys, values });
  }

  async drop(): Promise<void> {
    await this.#connection.send('DEL', ...this.#keys);
    this.#connection.close();
  }

  #reservation(): Transaction {
    this.#made += 1;
    const pool = `pool-${Math.floor(Math.random() * this.#pools)}`;
    const buyer = `buyer-${Math.floor(Math.random() * BUYERS)}`;
    const command = { lines: [{ pool, quantity: 1 }], buyer, holdForMs: HOLD_MS };
    const plan = reserve(command, { nowMs: Date.now(), id: newId(), newId, rules: [] });
    if (!plan.ok) throw new Error(plan.code);
    const request = { principal: 'local', key: randomUUID(), hash: HASH };
    return { request, ...plan.transaction };
  }
}

function opened(pool: string): Transaction {
  const data = { product: pool, place: 'main' };
  return {
    floors: [{ account: `${pool}/supply`, floor: NO_FLOOR }],
    moves: [{ legs: [{ from: `${pool}/supply`, to: `${pool}/available` }], quantity: STOCK }],
    writes: [{ id: `pool:${pool}`, kind: 'pool', state: 'OPEN', data }],
    events: [{ type: 'stock.received', subject: pool }],
  };
}
