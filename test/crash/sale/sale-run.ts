// Rounds of sales with somebody killed in the middle, on one set-up, and what they come to. Stops at the first round
// that finds something. Prints nothing.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../random.ts';
import type { SaleLog } from './sale-log.ts';
import { type Fault, planSaleRound, type StoreKind } from './sale-plan.ts';
import { SaleSide } from './sale-side.ts';
import { ServedSale } from './served-sale.ts';

/** Every so many rounds the product's own verification looks too, and after the last. */
const VERIFY_EVERY = 5;

export interface SaleRunOptions {
  store: StoreKind;
  /** Of the run's own. */
  directory: string;
  rounds: number;
  seed: number;
  /** The same in each round. */
  fault?: Fault;
  onRound?: (round: number, what: string) => void;
}

export interface SaleRunResult {
  store: StoreKind;
  rounds: number;
  faults: Record<string, number>;
  counts: SaleLog['counts'];
  /** Orders, by how they ended. */
  orders: Record<string, number>;
  /** Places that were given, and answers about them. */
  places: number;
  looks: number;
  verified: number;
  /** From the kill until what was killed took commands again; the longest. */
  slowestBackMs: number;
  longestIdleMs: number;
  lost: string[];
  wrong: string[];
  stderr: string;
}

export async function runSales(options: SaleRunOptions): Promise<SaleRunResult> {
  const { store, directory, rounds, seed, fault, onRound } = options;
  mkdirSync(join(directory, store), { recursive: true });
  const random = new Random(seed);
  const served = await ServedSale.open(store, join(directory, store));
  const side = new SaleSide(served, random.branch());
  const result: SaleRunResult = {
    ...{ store, rounds: 0, faults: {}, orders: {}, places: 0, looks: 0, verified: 0 },
    ...{ counts: { commands: 0, unknown: 0, refused: 0, lostHeld: 0, lapsed: 0, liveAgain: 0 } },
    ...{ slowestBackMs: 0, longestIdleMs: 0, lost: [], wrong: [], stderr: '' },
  };
  const failed = () => result.lost.length + result.wrong.length > 0;
  try {
    for (let round = 0; round < rounds && !failed(); round += 1) {
      const plan = planSaleRound(round, { store, random, ...(fault && { fault }) });
      onRound?.(round, `${store}, ${plan.fault}`);
      take(result, await side.round(plan), `round ${round + 1}, ${store}, ${plan.fault}`);
      count(result.faults, plan.fault);
      result.rounds += 1;
      if (failed() || (round % VERIFY_EVERY !== 0 && round + 1 < rounds)) continue;
      const problem = await served.verify();
      if (problem !== undefined) result.wrong.push(`round ${round + 1}: verify: ${problem}`);
      result.verified += 1;
    }
    const { slowestBackMs, longestIdleMs } = side;
    return { ...result, slowestBackMs, longestIdleMs, stderr: failed() ? served.stderr : '' };
  } finally {
    await served.remove();
  }
}

function take(result: SaleRunResult, log: SaleLog, where: string): void {
  for (const [name, found] of Object.entries(log.counts)) {
    result.counts[name as keyof SaleLog['counts']] += found;
  }
  for (const { end } of log.orders.values()) count(result.orders, end);
  result.places += new Set(log.looks.map(({ id }) => id)).size;
  result.looks += log.looks.length;
  result.lost.push(...log.lost.map((what) => `${where}: ${what}`));
  result.wrong.push(...log.wrong.map((what) => `${where}: ${what}`));
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
