// A shop to try things in: the library over an engine of its own, a time that the test moves, and no
// sweeper unless the test calls it. Says what came of a command; expects nothing by itself, but that what
// it tells is as the schemas of events say.

import assert from 'node:assert/strict';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { once } from '../../src/engines/conformance/once.ts';
import type { Engine, Outcome, Transaction } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { HoldfastError } from '../../src/errors.ts';
import type { RefusalCode, Refused } from '../../src/kernel/refusals.ts';
import { type Answer, Stock } from '../../src/stock.ts';
import { watchEvents } from './event-schemas.ts';

export class Shop {
  readonly stock: Stock;
  readonly time: ManualTime;

  private constructor(stock: Stock, time: ManualTime) {
    this.stock = stock;
    this.time = time;
  }

  static async open(
    openEngine: (time: ManualTime) => Promise<Engine> = async (time) => new MemoryEngine({ time }),
  ): Promise<Shop> {
    const time = new ManualTime();
    const stock = await Stock.open(await openEngine(time), { sweep: false });
    watchEvents(stock.engine);
    return new Shop(stock, time);
  }

  get engine(): Engine {
    return this.stock.engine;
  }

  /** Opens pools, each with so many units, in so many segments if that is said. */
  async fill(quantities: Record<string, number>, more: { segments?: number } = {}): Promise<this> {
    for (const [pool, quantity] of Object.entries(quantities)) {
      accepted(await this.stock.putPool({ pool, ...more }));
      if (quantity > 0) accepted(await this.stock.receive({ pool, quantity }));
    }
    return this;
  }

  /** Holds units of one pool for a time; the reservation's id. */
  async hold(pool: string, quantity: number, holdForMs = 60_000, buyer?: string): Promise<string> {
    const who = buyer === undefined ? {} : { buyer };
    const command = { lines: [{ pool, quantity }], holdForMs, ...who };
    return accepted(await this.stock.reserve(command)).id;
  }

  /** Holds and confirms units of one pool; the reservation's id. */
  async sell(pool: string, quantity: number, buyer?: string): Promise<string> {
    const reservation = await this.hold(pool, quantity, 60_000, buyer);
    accepted(await this.stock.confirm({ reservation }));
    return reservation;
  }

  /** The accounts of a pool that hold anything, without what is outside. */
  async inside(pool: string): Promise<Record<string, number>> {
    const [owner] = await this.stock.whole.owners([pool]);
    const accounts = Object.entries(owner?.accounts ?? {});
    return Object.fromEntries(
      accounts
        .filter(
          ([name, { balance }]) => name !== 'supply' && name !== 'written-off' && balance !== 0,
        )
        .map(([name, { balance }]) => [name, balance]),
    );
  }

  /** Closes a pool, as the end of a sale does: what is released goes to its home. */
  async closePool(pool: string, home: string): Promise<void> {
    const [document] = await this.engine.documents([`pool:${pool}`]);
    const { id, kind, version, data } = document!;
    const write = { id, kind, data, state: 'CLOSED', releaseTo: { release: home } };
    const outcome = await this.commit({
      guards: [{ document: id, version }],
      writes: [write],
      events: [{ type: 'pool.closed', subject: pool }],
    });
    assert.ok(outcome.ok);
  }

  /** One transaction past all verbs. */
  async commit(transaction: Transaction): Promise<Outcome> {
    const [answered] = await this.engine.commit([transaction]);
    return answered!;
  }
}

export function accepted<T>(answer: Answer<T> | Refused): T {
  assert.ok(answer.ok, `refused: ${JSON.stringify(answer)}`);
  return answer.value;
}

export function refused<T>(answer: Answer<T> | Refused, code: RefusalCode): Refused {
  assert.ok(!answer.ok, `accepted: ${JSON.stringify(answer)}`);
  assert.equal(answer.code, code, JSON.stringify(answer));
  return answer;
}

/** The code of what went wrong; undefined when it went well. */
export async function failure(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    assert.ok(error instanceof HoldfastError, String(error));
    return error.code;
  }
}

/** A reservation once the store is there again: until then there is no answer. Its id. */
export async function heldOnceThere(
  stock: Stock,
  cart: Parameters<Stock['reserve']>[0],
  key: string,
): Promise<string> {
  return accepted(await onceThere(() => stock.reserve(cart, { key }))).id;
}

/** What a command is answered, sent again under its key until there is an answer. */
export async function onceThere<T>(command: () => Promise<T>): Promise<T> {
  const answer = await once(
    () => command().catch((error: Error) => error),
    (found) => !(found instanceof Error),
  );
  if (answer instanceof Error) throw answer;
  return answer;
}
