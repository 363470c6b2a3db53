// The figures of benchmark runs, as `holdfast bench ... --json` prints them, one JSON object on a
// line. Reads docs/figures/*.jsonl; measures nothing.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../src/bench/figure.ts';

/** In the order of the files' names, then of their lines. */
export function readFigures(folder: string): Figure[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Figure);
}

/** What was asked of a figure, as a share of its yardstick. */
export function askedRatio({ ratioMin, ratioMax, valueMin, yardstickValue }: Figure) {
  if (typeof ratioMin === 'number') return ratioMin;
  if (typeof ratioMax === 'number') return ratioMax;
  return typeof valueMin === 'number' ? valueMin / yardstickValue : undefined;
}

/** Whether it met what was asked; undefined where nothing was. */
export function isMet({ ratio, value, p99Ms, ...asked }: Figure): boolean | undefined {
  const { ratioMin, ratioMax, valueMin, p99MsMax } = asked;
  if (typeof ratioMin === 'number') return ratio >= ratioMin;
  if (typeof ratioMax === 'number') return ratio <= ratioMax;
  if (typeof valueMin === 'number') return value >= valueMin;
  return typeof p99MsMax === 'number' ? p99Ms <= p99MsMax : undefined;
}

/** Figures of so many a second, of which more is better. */
export function isRate({ unit }: Figure): boolean {
  return unit.endsWith('/s');
}

export function shown(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
