// Spreads quantities named by pool over a reservation's lines, in the order of the lines.

import type { QuantityLine } from './commands.ts';
import { type Refused, refuse } from './refusals.ts';
import { wholePool } from './segments.ts';

/**
 * Quantity per line, or a refusal when more is named for a pool than its lines have. A pool that is
 * not named gets 0 everywhere.
 */
export function assignToLines(
  lines: readonly { pool: string }[],
  standing: readonly number[],
  named: readonly QuantityLine[],
  tooMuch: 'quantity-exceeds-held' | 'quantity-exceeds-sold',
): number[] | Refused {
  const open = new Map<string, number>();
  for (const { pool, quantity } of named) open.set(pool, (open.get(pool) ?? 0) + quantity);
  const assigned = lines.map(({ pool: at }, index) => {
    const pool = wholePool(at);
    const quantity = Math.min(open.get(pool) ?? 0, standing[index]!);
    if (quantity > 0) open.set(pool, open.get(pool)! - quantity);
    return quantity;
  });
  for (const [pool, excess] of open) {
    if (excess > 0) return refuse(tooMuch, { pool, excess });
  }
  return assigned;
}
