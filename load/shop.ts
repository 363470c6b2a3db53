// The shop that the load runs on: its pools, buyers and limits, and how they are drawn. Bounded on
// purpose, so that nothing the server keeps for them may grow for ever.

import type { HoldfastClient } from '../src/client/index.ts';

const PRODUCTS = 120;
const PLACES = ['a', 'b'] as const;
/** Popular, so that they are sold out half of the time. */
const SCARCE = 6;
const LIMITED = 4;
const BUYERS = 20_000;
/** They come so often that they meet the limits. */
const EAGER_BUYERS = 30;

export const LIMIT = 'soak-window';

export interface Shop {
  pools: readonly string[];
  /** How many units a pool is filled up to. */
  target: (pool: string) => number;
}

export function poolId(product: number, place: string): string {
  return `soak-${product}-${place}`;
}

export const SHOP: Shop = {
  pools: Array.from({ length: PRODUCTS }, (_, product) =>
    PLACES.map((place) => poolId(product, place)),
  ).flat(),
  target: (pool) => (Number(pool.split('-')[1]) < SCARCE ? 60 : 4_000),
};

/** Creates the pools with their stock, and a limit on some of them. */
export async function openShop(client: HoldfastClient, windowSeconds: number): Promise<void> {
  for (const pool of SHOP.pools) {
    const [, product] = pool.split('-');
    const made = await client.putPool({ pool, product: `soak-${product}` });
    if (!made.ok) throw new Error(`the pool ${pool} was refused: ${made.code}`);
  }
  const pools = SHOP.pools.slice(-LIMITED);
  const limit = { limit: LIMIT, per: 'buyer', scope: { pools }, quantityMax: 4 } as const;
  const made = await client.putLimit({ ...limit, window: `${windowSeconds}s` });
  if (!made.ok) throw new Error(`the limit was refused: ${made.code}`);
}

export function oneOf<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)]!;
}

/** 1 to `most`. */
export function upTo(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}

/** One in ten draws meets a scarce pool, one in twelve a limited one. */
export function drawPool(): string {
  const chance = Math.random();
  if (chance < 0.1) return oneOf(SHOP.pools.slice(0, SCARCE * PLACES.length));
  if (chance < 0.18) return oneOf(SHOP.pools.slice(-LIMITED));
  return oneOf(SHOP.pools);
}

export function drawBuyer(): string {
  return Math.random() < 0.02 ? `eager-${upTo(EAGER_BUYERS)}` : `buyer-${upTo(BUYERS)}`;
}

/** 1 to 5 different pools. */
export function drawPools(): string[] {
  const pools = new Set<string>();
  const count = Math.random() < 0.5 ? 1 : upTo(5);
  while (pools.size < count) pools.add(drawPool());
  return [...pools];
}
