// What buyers ask for in each load: which pools, and how many lines. Asks nothing itself.

import type { LineCommand } from '../../kernel/commands.ts';

export interface CartLoad {
  name: string;
  /** Pools that buyers choose from. */
  pools: number;
  /** One, where it is not said. */
  linesMin?: number;
  linesMax: number;
}

export const CART_LOADS: readonly CartLoad[] = [
  { name: 'locking.hot', pools: 1, linesMax: 1 },
  { name: 'locking.uniform', pools: 1_000, linesMax: 1 },
  { name: 'locking.carts', pools: 1_000, linesMax: 10 },
];

export const POOLS = Math.max(...CART_LOADS.map(({ pools }) => pools));

/** One cart in so many asks for a pool that is sold out. */
const SOLD_OUT_EVERY = 50;

export const SOLD_OUT = 'sold-out';

export function poolName(index: number): string {
  return `pool-${index}`;
}

/** One unit each of that many different pools, any number of lines as likely as another. */
export function cart({ pools, linesMin = 1, linesMax }: CartLoad): LineCommand[] {
  if (Math.random() * SOLD_OUT_EVERY < 1) return [{ pool: SOLD_OUT, quantity: 1 }];
  const count = linesMin + Math.floor(Math.random() * (linesMax - linesMin + 1));
  const chosen = new Set<string>();
  while (chosen.size < count) chosen.add(poolName(Math.floor(Math.random() * pools)));
  return [...chosen].map((pool) => ({ pool, quantity: 1 }));
}
