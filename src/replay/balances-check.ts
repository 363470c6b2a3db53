// After a replay: reads every pool's balances, holds them against the book, and makes the digest by
// which two runs are compared. Reads only.

import { createHash } from 'node:crypto';
import type { Engine } from '../engines/contract.ts';
import { balances } from '../stock/pool-view.ts';
import type { StockBook } from './stock-book.ts';

const PAGE = 500;
const PROBLEMS_MAX = 20;

export interface BalancesCheck {
  /** SHA-256 over the pools in order of their ids, with what is available, held, sold, lost. */
  digest: string;
  problems: string[];
}

export async function checkBalances(engine: Engine, book: StockBook): Promise<BalancesCheck> {
  const hash = createHash('sha256');
  const problems: string[] = [];
  const pools = [...book.pools.keys()].sort();
  for (let from = 0; from < pools.length; from += PAGE) {
    const page = pools.slice(from, from + PAGE);
    const states = await engine.owners(page);
    page.forEach((pool, index) => {
      const state = states[index];
      if (state === undefined) {
        problems.push(`pool ${pool} is missing`);
        return;
      }
      const found = balances(state);
      const { available, held, sold, 'written-off': writtenOff } = found;
      hash.update(`${pool} ${available} ${held} ${sold} ${writtenOff}\n`);
      const expected = book.pools.get(pool)!;
      const agrees =
        available === expected.available &&
        held === 0 &&
        sold === expected.sold &&
        writtenOff === expected.writtenOff &&
        -found.supply === expected.received;
      if (agrees || problems.length >= PROBLEMS_MAX) return;
      problems.push(
        `pool ${pool} has available ${available}, held ${held}, sold ${sold}, written off ` +
          `${writtenOff}; by the file it should be ${expected.available}, 0, ${expected.sold}, ` +
          `${expected.writtenOff}`,
      );
    });
  }
  return { digest: hash.digest('hex'), problems };
}
