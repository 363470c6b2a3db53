// Writes figures as a table in Markdown, and puts it into a page between two marks.

import type { Figure } from '../src/bench/figure.ts';
import { isMet, shown } from './figures.ts';

const HEAD = `| figure | value | beside | ratio | p50 / p99, ms | asked | met |
|---|---:|---|---:|---:|---|---|`;

const COMPARISON_HEAD = `| figure | accepted/s | p50 / p99, ms | by hand/s | by hand p50 / p99, ms | ratio |
|---|---:|---:|---:|---:|---:|`;

export function figureTable(figures: readonly Figure[]): string {
  if (figures.length === 0) return 'Not measured yet.';
  return [HEAD, ...figures.map(rowOf)].join('\n');
}

/**
 * The page with the table of this name replaced.
 *
 * @throws Error when the page has no marks for it.
 */
export function withTable(page: string, name: string, table: string): string {
  const [first, last] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const begin = page.indexOf(first);
  const end = page.indexOf(last);
  if (begin < 0 || end < begin) throw new Error(`the page has no ${first} and ${last}`);
  return `${page.slice(0, begin)}${first}\n${table}\n${page.slice(end)}`;
}

/** Strategies that were compared under several loads: a row for each. */
export function comparisonTable(figures: readonly Figure[]): string {
  if (figures.length === 0) return 'Not measured yet.';
  const rows = figures.map(({ name, value, yardstickValue, ratio, conserved, ...times }) => {
    const { p50Ms, p99Ms, yardstickP50Ms, yardstickP99Ms } = times;
    const cells = [
      `\`${name}\``,
      shown(value),
      `${shown(p50Ms)} / ${shown(p99Ms)}`,
      shown(yardstickValue),
      `${shown(Number(yardstickP50Ms))} / ${shown(Number(yardstickP99Ms))}`,
      `${ratio.toFixed(2)}${conserved ? '' : ' **NOT CONSERVED**'}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [COMPARISON_HEAD, ...rows].join('\n');
}

function rowOf(figure: Figure): string {
  const { name, value, unit, yardstick, yardstickValue, ratio, p50Ms, p99Ms, conserved } = figure;
  const met = isMet(figure);
  const cells = [
    `\`${name}\``,
    `${shown(value)} ${unit}`,
    `${yardstick}: ${shown(yardstickValue)}`,
    ratio.toFixed(2),
    `${shown(p50Ms)} / ${shown(p99Ms)}`,
    askedOf(figure),
    `${met === undefined ? '' : met ? 'yes' : '**no**'}${turnedAway(figure)}${conserved ? '' : ' **NOT CONSERVED**'}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Quick times mean little where many were sent away. */
function turnedAway({ shed, accepted, refused }: Figure): string {
  if (typeof shed !== 'number' || shed === 0) return '';
  return `; ${((shed * 100) / (shed + accepted + refused)).toFixed(1)}% turned away (503)`;
}

function askedOf({ ratioMin, ratioMax, valueMin, p99MsMax }: Figure): string {
  if (typeof ratioMin === 'number') return `ratio at least ${ratioMin}`;
  if (typeof ratioMax === 'number') return `ratio at most ${ratioMax}`;
  if (typeof valueMin === 'number') return `at least ${shown(valueMin)}/s`;
  return typeof p99MsMax === 'number' ? `p99 below ${p99MsMax} ms` : '';
}
