// Decides for each round how the server will die: at a random moment, at one of the engine's named
// points, while it is still starting, or in good order. Pure: the numbers come from the seed.

import type { FileCrashPoint } from '../../src/engines/crash-point.ts';
import type { Random } from './random.ts';

/** Those of a server at work; the archive's are passed one by one in its own test. */
type CrashPoint = Exclude<FileCrashPoint, `archive-${string}`>;

export type Death =
  | { at: 'random'; afterMs: number }
  | { at: CrashPoint; count: number }
  | { at: 'start'; afterMs: number }
  | { at: 'stop'; afterMs: number };

/** How often a point may be passed before the process dies there. */
const COUNT_MAX: Record<CrashPoint, number> = {
  'before-append': 80,
  'after-append': 80,
  'before-reply': 80,
  'while-tables': 20,
  'at-checkpoint': 2,
};

export const POINTS = Object.keys(COUNT_MAX) as CrashPoint[];

/** Odd rounds die at the named points in turn, even ones at a random moment or one of the others. */
export function planDeath(round: number, random: Random, longestMs: number): Death {
  const afterMs = random.whole(20, longestMs);
  if (round % 10 === 8) return planStart(random);
  if (round % 20 === 12) return { at: 'stop', afterMs };
  if (round % 2 === 0) return { at: 'random', afterMs };
  const at = POINTS[((round - 1) / 2) % POINTS.length]!;
  return { at, count: random.whole(1, COUNT_MAX[at]) };
}

/** While it starts: the files are opened and, the first time, made. */
export function planStart(random: Random): Death & { at: 'start' } {
  return { at: 'start', afterMs: random.whole(10, 900) };
}

/** The environment that makes the process die at its named point. */
export function crashEnvironment(death: Death): Record<string, string> {
  return 'count' in death ? { HOLDFAST_CRASH_AT: `${death.at}:${death.count}` } : {};
}
