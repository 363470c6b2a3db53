// Draws what the clients of a history do: few pools, few units, everybody after the same reservations.
// The same seed draws the same; what clients know of each other's reservations depends on the run.

import type { Command, Line } from '../../src/history/operation.ts';
import type { Random } from '../crash/random.ts';

export interface Plan {
  pools: string[];
  units: number;
  clients: number;
  /** For each client. */
  operations: number;
  shortHoldsMs: readonly number[];
  /** The least that a partial line asks. */
  partialMin: number;
  /** Pools are looked at, and carts take what there is, while others are at work. */
  atOneMoment: boolean;
}

/** Longer than any history. */
export const LONG_HOLD_MS = 900_000;

export interface DrawnPlan {
  shortHoldsMs: readonly number[];
  operationsMax: number;
  partialMin?: number;
  atOneMoment?: boolean;
}

export function drawPlan(
  random: Random,
  { shortHoldsMs, operationsMax, partialMin = 0, atOneMoment = true }: DrawnPlan,
  prefix = '',
): Plan {
  const names = ['tea', 'coffee', 'cocoa'].slice(0, random.whole(1, 3));
  return {
    pools: names.map((name) => `${prefix}${name}`),
    units: random.whole(2, 5),
    clients: random.whole(4, 8),
    operations: random.whole(10, operationsMax),
    shortHoldsMs,
    partialMin,
    atOneMoment,
  };
}

/** The next command of a client that knows of some reservations, the latest last. */
export function drawCommand(random: Random, plan: Plan, known: readonly string[]): Command {
  const dice = random.whole(1, 100);
  const pool = random.pick(plan.pools);
  if (dice <= 12) return plan.atOneMoment ? { do: 'read-pool', pool } : drawReserve(random, plan);
  if (dice <= 16) return { do: 'receive', pool, quantity: random.whole(1, 2) };
  if (dice <= 20) return { do: 'adjust', pool, quantity: random.pick([-2, -1, -1, 1]) };
  if (dice <= 52 || known.length === 0) return drawReserve(random, plan);
  // Mostly one of the latest: those are still held, and others are after them too.
  const latest = known.slice(-4);
  const of = random.pick(random.chance(0.8) ? latest : known);
  if (dice <= 61) return { do: 'read-reservation', of };
  if (dice <= 70) return { do: 'confirm', of };
  if (dice <= 75) return { do: 'confirm', of, lines: [{ pool, quantity: 1 }] };
  if (dice <= 84) return { do: 'cancel', of };
  if (dice <= 89) return { do: 'extend', of, holdForMs: drawHold(random, plan) };
  if (dice <= 95) return { do: 'change', of, lines: drawLines(random, plan) };
  return { do: 'return', of, lines: [{ pool, quantity: 1 }] };
}

function drawReserve(random: Random, plan: Plan): Command {
  const partial = plan.atOneMoment && random.chance(0.25);
  const lines = drawLines(random, plan).map((line) => {
    return partial ? { ...line, quantityMin: random.whole(plan.partialMin, line.quantity) } : line;
  });
  return { do: 'reserve', lines, holdForMs: drawHold(random, plan) };
}

function drawHold(random: Random, plan: Plan): number {
  return random.chance(0.5) ? LONG_HOLD_MS : random.pick(plan.shortHoldsMs);
}

/** One to three lines; the same pool may stand on two. */
function drawLines(random: Random, { pools }: Plan): Line[] {
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () => ({
    pool: random.pick(pools),
    quantity: random.pick([1, 1, 1, 2, 3]),
  }));
}
