// Events as a relay would tell them, made by a test: so many versions of pools, repeats and all, written to
// a topic in the order given. And a taker that notes what it was given.

import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShopEvent } from '../../src/kafka/shop-event.ts';
import type { Taken } from '../../src/kafka/taking.ts';
import { TopicWriter } from '../../src/kafka/topic-writer.ts';

interface Told {
  pool?: string;
  version?: number;
  index?: number;
  position?: number;
  journal?: string;
  change?: Record<string, number>;
}

/** An event of a pool, which is its own product; without a pool one of nothing. */
export function toldEvent(told: Told): ShopEvent {
  const { pool, version = 1, index = 0, journal = 'j', change = {} } = told;
  const { position = version } = told;
  const event: ShopEvent = {
    id: `${journal}:${position}:${index}`,
    type: pool === undefined ? 'policy.changed' : 'stock.received',
    at: '2026-11-20T09:30:00.000Z',
    subject: pool ?? 'policy:default',
    journal,
    position,
    index,
    home: true,
    pools: pool === undefined ? [] : [{ pool, version, change }],
  };
  return pool === undefined ? event : { ...event, product: pool };
}

export async function writeEvents(
  address: string,
  topic: string,
  events: readonly (ShopEvent | string)[],
): Promise<void> {
  const writer = new TopicWriter({ brokers: [address], topic }, 'holdfast-tests');
  try {
    await writer.write(
      events.map((event) => {
        if (typeof event === 'string') return { key: 'odd', value: event, headers: {} };
        const key = event.product ?? event.subject;
        return { key, value: JSON.stringify(event), headers: { type: event.type } };
      }),
    );
  } finally {
    await writer.close();
  }
}

const LOOK_EVERY_MS = 50;

/** Notes what it is given; refuses or throws where a test says so. */
export class Taker {
  readonly taken: ShopEvent[] = [];
  /** How often each id was asked for. */
  readonly asked = new Map<string, number>();
  answer: (event: ShopEvent) => 'take' | 'refuse' | 'throw' = () => 'take';
  readonly #came = new EventEmitter();

  readonly take = async (events: readonly ShopEvent[]): Promise<Taken> => {
    for (const event of events) this.asked.set(event.id, (this.asked.get(event.id) ?? 0) + 1);
    try {
      for (const event of events) {
        const answer = this.answer(event);
        if (answer === 'throw') throw new Error('away');
        if (answer === 'refuse') return { ok: false, event: event.id, reason: 'not wanted' };
      }
      this.taken.push(...events);
      return { ok: true };
    } finally {
      this.#came.emit('came');
    }
  };

  /** Looks whenever something was taken, and now and then. */
  async until(wanted: (taken: readonly ShopEvent[]) => boolean): Promise<void> {
    while (!wanted(this.taken)) {
      await Promise.race([once(this.#came, 'came'), delay(LOOK_EVERY_MS)]);
    }
  }

  /** Versions that were taken of a pool, in order. */
  versionsOf(pool: string): number[] {
    return this.taken.flatMap(({ pools }) =>
      pools.flatMap((told) => (told.pool === pool ? [told.version] : [])),
    );
  }
}
