// `bench redis`: the Redis engine, its server and its recorder, in turns with what is written by hand, on one
// Redis and one PostgreSQL; or, where a cluster is named, its masters in turns with one of them. Makes namespaces and
// schemas of its own there and removes them; counts units and verifies the record before it does.

import { redisAddress } from '../../engines/redis/address.ts';
import type { Figure } from '../figure.ts';
import { CLUSTER_FIGURES, ENGINE_FIGURES } from './engine-figures.ts';
import { HandWrittenScript } from './hand-written-script.ts';
import { HTTP_FIGURES } from './http-figures.ts';
import { RECORDER_FIGURES } from './recorder-figure.ts';
import type { PartsFigure, StoreParts } from './redis-parts.ts';
import { RedisStore, STOCK_PER_POOL, type StoreAddress } from './redis-store.ts';
import type { RedisScale } from './scale.ts';

const FIGURES = [...ENGINE_FIGURES, ...HTTP_FIGURES, ...RECORDER_FIGURES];
/** Where the address of a cluster does not say. */
const SLOTS_DEFAULT = 6;

export const REDIS_FIGURES: readonly string[] = [...FIGURES, ...CLUSTER_FIGURES].map(
  ({ name }) => name,
);

export interface RedisRun extends StoreAddress {
  scale: RedisScale;
  /** The program `holdfast`. */
  program: string;
  only?: string | undefined;
  say: (line: string) => void | Promise<void>;
}

/** The figures that can be had where an address leads. */
export function redisFiguresOn(address: string): string[] {
  const figures = redisAddress(address).isCluster ? CLUSTER_FIGURES : FIGURES;
  return figures.map(({ name }) => name);
}

/** @throws RangeError for one figure alone that cannot be had there */
export async function benchRedis(run: RedisRun): Promise<Figure[]> {
  const { engine, only } = run;
  const { isCluster } = redisAddress(engine);
  if (only !== undefined && !redisFiguresOn(engine).includes(only)) {
    const [where, scheme] = isCluster
      ? ['one Redis', 'redis://']
      : ['a cluster', 'redis+cluster://'];
    throw new RangeError(`${only} is measured on ${where}: name it with --engine ${scheme}host`);
  }
  return isCluster ? benchCluster(run) : benchOne(run);
}

function benchOne(run: RedisRun): Promise<Figure[]> {
  const { scale, program, say, engine, record } = run;
  return withStore(run, { engine, record }, async (store) => {
    const hand = await HandWrittenScript.open(store.redis.url, store.redis.beside);
    try {
      await hand.supply(store.pools, STOCK_PER_POOL);
      return await measured(run, FIGURES, { store, hand, scale, program, say });
    } finally {
      hand.close();
    }
  });
}

function benchCluster(run: RedisRun): Promise<Figure[]> {
  const { scale, say, engine, record } = run;
  const over = (slots: number) => {
    const address = new URL(engine);
    address.searchParams.set('slots', String(slots));
    return { engine: address.href, record };
  };
  const { slots } = redisAddress(engine);
  return withStore(run, over(slots > 1 ? slots : SLOTS_DEFAULT), (store) =>
    withStore(run, over(1), (one) => measured(run, CLUSTER_FIGURES, { store, one, scale, say })),
  );
}

/** What is measured on a store that is made for it; at the end all that was promised must be there. */
async function withStore(
  { scale, say, program }: RedisRun,
  address: StoreAddress,
  measure: (store: RedisStore) => Promise<Figure[]>,
): Promise<Figure[]> {
  say(`redis: making ${scale.rows.toLocaleString('en')} live reservations`);
  const store = await RedisStore.make(address, scale);
  try {
    const figures = await measure(store);
    say('redis: comparing the store and its record with what was accepted');
    const conserved = await store.isConserved(program, say);
    return figures.map((figure) => ({ ...figure, conserved: figure.conserved && conserved }));
  } finally {
    await store.drop();
  }
}

async function measured<P extends StoreParts>(
  { only }: RedisRun,
  figures: readonly PartsFigure<P>[],
  parts: P,
): Promise<Figure[]> {
  const found: Figure[] = [];
  for (const { name, measure } of figures) {
    if (only === undefined || only === name) found.push(await measure(parts));
  }
  return found;
}
