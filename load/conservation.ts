// The count after the load: waits until nothing is held, then compares every pool with itself and
// with what the load was told. Names each pool that does not add up.

import type { HoldfastClient, Pool } from '../src/client/index.ts';
import type { Ledger } from './ledger.ts';

/** Each kind of unit that a pool has; with what came from outside a product's sum to zero. */
const INSIDE = [
  ...(['available', 'held', 'sold', 'safety', 'returning', 'inspecting'] as const),
  ...(['quarantined', 'offered', 'leased', 'inTransit'] as const),
];

export interface Conservation {
  conserved: boolean;
  pools: number;
  units: number;
  sold: number;
  problems: string[];
}

export async function countUnits(
  client: HoldfastClient,
  ledger: Ledger,
  waitMaxMs: number,
): Promise<Conservation> {
  const pools = await poolsWithoutHolds(client, waitMaxMs);
  const problems: string[] = [];
  const products = new Map<string, number>();
  let [units, sold] = [0, 0];
  for (const pool of pools) {
    const inside = INSIDE.reduce((sum, name) => sum + pool[name], 0);
    const told = ledger.pool(pool.id);
    const sum = inside + pool.supply + pool.writtenOff;
    products.set(pool.product, (products.get(pool.product) ?? 0) + sum);
    if (pool.held !== 0) problems.push(`${pool.id} still holds ${pool.held}`);
    // An outcome that nobody knows may be on either side.
    if (ledger.unknown === 0) {
      if (inside !== told.came) problems.push(`${pool.id} has ${inside}, ${told.came} came`);
      if (pool.sold !== told.sold) {
        problems.push(`${pool.id} sold ${pool.sold}, ${told.sold} by the answers`);
      }
    }
    units += inside;
    sold += pool.sold;
  }
  // Transfers go from pool to pool, so only a product as a whole sums to zero.
  for (const [product, sum] of products) {
    if (sum !== 0) problems.push(`the product ${product} sums to ${sum}`);
  }
  return { conserved: problems.length === 0, pools: pools.length, units, sold, problems };
}

async function poolsWithoutHolds(client: HoldfastClient, waitMaxMs: number): Promise<Pool[]> {
  const untilMs = performance.now() + waitMaxMs;
  for (;;) {
    const pools: Pool[] = [];
    for await (const pool of client.pools()) pools.push(pool);
    const held = pools.some((pool) => pool.held > 0);
    if (!held || performance.now() > untilMs) return pools;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
