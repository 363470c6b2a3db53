// Draws how long answers take: from the median to the 99th percentile, the product and its yardstick
// below it, on a logarithmic scale, with a mark where the asked percentile stands.

import type { Figure } from '../src/bench/figure.ts';
import { shown } from './figures.ts';
import { dot, line, picture, text } from './svg.ts';

const WIDTH = 860;
const LEFT = 180;
const RIGHT = 60;
const TOP = 62;
const ROW = 40;
const DECADES_MS = [0.1, 1, 10, 100, 1_000, 10_000];

export function latencyChart(figures: readonly Figure[]): string {
  // One row for a load: a figure that counts it differently has the same times.
  const rows = figures.filter(
    (figure, index) =>
      figures.findLastIndex(
        (each) => each.p50Ms === figure.p50Ms && each.p99Ms === figure.p99Ms,
      ) === index,
  );
  const height = TOP + Math.max(1, rows.length) * ROW + 34;
  const parts = [text({ x: 16, y: 44, style: 'small' }, LEGEND)];
  for (const ms of DECADES_MS) {
    parts.push(line('grid', { x1: at(ms), y1: TOP - 6, x2: at(ms), y2: height - 28 }));
    parts.push(text({ x: at(ms), y: height - 12, style: 'small', anchor: 'middle' }, `${ms} ms`));
  }
  for (const [row, figure] of rows.entries()) parts.push(...rowOf(figure, TOP + row * ROW));
  if (rows.length === 0) parts.push(text({ x: LEFT + 12, y: TOP + 20 }, 'not measured yet'));
  const title = 'How long answers take';
  const description = rows.map(({ name, p99Ms }) => `${name} p99 ${shown(p99Ms)} ms`).join(', ');
  return picture({ width: WIDTH, height, title, description, parts });
}

const LEGEND =
  'From p50 to p99. Blue: Holdfast. Grey: the yardstick at the same load. Orange: the p99 that is asked.';

function rowOf(figure: Figure, y: number): string[] {
  const { name, p50Ms, p99Ms, yardstickP50Ms, yardstickP99Ms, p99MsMax } = figure;
  const parts = [
    text({ x: LEFT - 10, y: y + 12, anchor: 'end' }, name),
    ...span('own', { p50Ms, p99Ms }, y + 8),
    text({ x: at(p99Ms) + 10, y: y + 12, style: 'small' }, `${shown(p99Ms)} ms`),
  ];
  if (typeof yardstickP50Ms === 'number' && typeof yardstickP99Ms === 'number') {
    parts.push(...span('yardstick', { p50Ms: yardstickP50Ms, p99Ms: yardstickP99Ms }, y + 22));
  }
  if (typeof p99MsMax === 'number') {
    parts.push(line('asked', { x1: at(p99MsMax), y1: y - 2, x2: at(p99MsMax), y2: y + 28 }));
  }
  return parts;
}

function span(style: 'own' | 'yardstick', times: { p50Ms: number; p99Ms: number }, y: number) {
  const [x1, x2] = [at(times.p50Ms), at(times.p99Ms)];
  const stroke = style === 'own' ? 'own-line' : 'line';
  return [line(stroke, { x1, y1: y, x2, y2: y }), dot(style, x1, y), dot(style, x2, y)];
}

function at(ms: number): number {
  const [first, last] = [DECADES_MS[0]!, DECADES_MS.at(-1)!];
  const within = Math.min(last, Math.max(first, ms));
  return LEFT + (Math.log10(within / first) / Math.log10(last / first)) * (WIDTH - LEFT - RIGHT);
}
