// `bench redis`: the Redis engine, its server and its recorder, in turns with what is written by hand, on one
// Redis and one PostgreSQL. Makes a namespace and a schema of its own there and removes them; counts units and
// verifies the record before it does.

import type { Figure } from '../figure.ts';
import { ENGINE_FIGURES } from './engine-figures.ts';
import { HandWrittenScript } from './hand-written-script.ts';
import { HTTP_FIGURES } from './http-figures.ts';
import { RECORDER_FIGURES } from './recorder-figure.ts';
import type { RedisParts } from './redis-parts.ts';
import { RedisStore, STOCK_PER_POOL, type StoreAddress } from './redis-store.ts';
import type { RedisScale } from './scale.ts';

const FIGURES = [...ENGINE_FIGURES, ...HTTP_FIGURES, ...RECORDER_FIGURES];

export const REDIS_FIGURES: readonly string[] = FIGURES.map(({ name }) => name);

export interface RedisRun extends StoreAddress {
  scale: RedisScale;
  /** The program `holdfast`. */
  program: string;
  only?: string | undefined;
  say: (line: string) => void;
}

export async function benchRedis(run: RedisRun): Promise<Figure[]> {
  const { scale, program, only, say, ...address } = run;
  say(`redis: making ${scale.rows.toLocaleString('en')} live reservations`);
  const store = await RedisStore.make(address, scale);
  const figures: Figure[] = [];
  let hand: HandWrittenScript | undefined;
  try {
    hand = await HandWrittenScript.open(store.redis.url, store.redis.beside);
    await hand.supply(store.pools, STOCK_PER_POOL);
    const parts: RedisParts = { store, hand, scale, program, say };
    for (const { name, measure } of FIGURES) {
      if (only === undefined || only === name) figures.push(await measure(parts));
    }
    say('redis: comparing the store and its record with what was accepted');
    const conserved = await store.isConserved(say);
    return figures.map((figure) => ({ ...figure, conserved: figure.conserved && conserved }));
  } finally {
    hand?.close();
    await store.drop();
  }
}
