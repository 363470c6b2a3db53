// Draws rates as shares of their yardsticks: a bar each, the yardstick at 1, and a mark where the
// share that was asked stands.

import type { Figure } from '../src/bench/figure.ts';
import { askedRatio, isRate, shown } from './figures.ts';
import { bar, line, picture, text } from './svg.ts';

const WIDTH = 860;
const LEFT = 180;
const RIGHT = 40;
const TOP = 62;
const ROW = 48;
const BAR = 16;

export function ratioChart(figures: readonly Figure[], title = TITLE): string {
  const rates = figures.filter(isRate);
  const height = TOP + Math.max(1, rates.length) * ROW + 34;
  const most = Math.max(1, ...rates.flatMap((each) => [each.ratio, askedRatio(each) ?? 0]));
  const step = most > 3 ? 1 : 0.25;
  const end = Math.ceil((most * 1.05) / step) * step;
  const at = (ratio: number) => LEFT + (ratio / end) * (WIDTH - LEFT - RIGHT);
  const legend = rates.some((each) => askedRatio(each) !== undefined) ? LEGEND + ASKED : LEGEND;
  const parts = [text({ x: 16, y: 44, style: 'small' }, legend)];
  for (let tick = 0; tick <= end + 1e-9; tick += step) {
    const style = tick === 1 ? 'line' : 'grid';
    parts.push(line(style, { x1: at(tick), y1: TOP - 6, x2: at(tick), y2: height - 28 }));
    parts.push(text({ x: at(tick), y: height - 12, style: 'small', anchor: 'middle' }, `${tick}`));
  }
  for (const [row, figure] of rates.entries()) parts.push(...rowOf(figure, TOP + row * ROW, at));
  if (rates.length === 0) parts.push(text({ x: LEFT + 12, y: TOP + 20 }, 'not measured yet'));
  const description = rates.map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`).join(', ');
  return picture({ width: WIDTH, height, title, description, parts });
}

const TITLE = 'Rates as shares of their yardsticks';
const LEGEND = 'Grey line: the yardstick, measured in the same run.';
const ASKED = ' Orange: the share that is asked.';

function rowOf(figure: Figure, y: number, at: (ratio: number) => number): string[] {
  const { name, value, unit, ratio, yardstickValue } = figure;
  const asked = askedRatio(figure);
  const said = `${shown(value)} ${unit}, beside ${shown(yardstickValue)}`;
  return [
    text({ x: LEFT - 10, y: y + 13, anchor: 'end' }, name),
    bar('own', { x: at(0), y, width: at(ratio) - at(0), height: BAR }),
    ...(asked === undefined
      ? []
      : [line('asked', { x1: at(asked), y1: y - 4, x2: at(asked), y2: y + BAR + 4 })]),
    text({ x: LEFT - 10, y: y + 30, style: 'small', anchor: 'end' }, ratio.toFixed(2)),
    text({ x: at(0) + 4, y: y + 30, style: 'small' }, said),
  ];
}
