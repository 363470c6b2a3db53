// Runs a replay for a test: over a memory engine unless it is given a stock.

import { join } from 'node:path';
import { MemoryEngine, Stock } from '../../src/index.ts';
import { type ReplayOptions, type ReplayResult, replay } from '../../src/replay/replay.ts';
import { parseStockShare } from '../../src/replay/stock-share.ts';
import { verify } from '../../src/verify/verify.ts';

export const SLICE = join(import.meta.dirname, '../../data/online-retail-2010-12.csv.gz');

type Run = Partial<ReplayOptions> & { stock?: string };

/** Replays and verifies; the stock is left open for those who bring their own engine. */
export async function runReplay(run: Run, engine = new MemoryEngine()) {
  const { stock: share = '60%', ...options } = run;
  const stock = await Stock.open(engine, { sweep: false });
  const result: ReplayResult = await replay(stock, {
    file: SLICE,
    inFlightMax: 1_000,
    ...options,
    share: parseStockShare(share)!,
  });
  const verified = await verify(stock.engine);
  return { result, verified, stock };
}

/** What two runs that should be the same are compared by. */
export function essence({ result }: { result: ReplayResult }) {
  const { balancesDigest, outcomesDigest, outcomes, problems, invoices, lines, units } = result;
  return { balancesDigest, outcomesDigest, outcomes, problems, invoices, lines, units };
}

/** The outcomes that occurred, by line. */
export function linesOf({ result }: { result: ReplayResult }): Record<string, number> {
  const counted = Object.entries(result.outcomes.lines).filter(([, count]) => count > 0);
  return Object.fromEntries(counted);
}

export function unitsOf({ result }: { result: ReplayResult }): Record<string, number> {
  const counted = Object.entries(result.outcomes.units).filter(([, count]) => count > 0);
  return Object.fromEntries(counted);
}
