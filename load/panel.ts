// One small chart over time: a title, a grid with round numbers, up to six lines with their names beside their
// ends. Knows nothing of what the numbers are.

export interface PanelLine {
  label: string;
  points: readonly (readonly [seconds: number, value: number])[];
}

export interface Panel {
  title: string;
  lines: readonly PanelLine[];
  lastSeconds: number;
  /** Drawn below and above the lines. */
  beside?: (scale: PanelScale) => { below?: string; above?: string };
}

export interface PanelScale {
  x: (seconds: number) => number;
  y: (value: number) => number;
}

export const [PANEL_WIDTH, PANEL_HEIGHT] = [460, 190];
const [LEFT, TOP, RIGHT, BOTTOM] = [64, 34, 128, 30];
/** The room in which lines are drawn. */
export const ROOM = {
  left: LEFT,
  top: TOP,
  right: PANEL_WIDTH - RIGHT,
  bottom: PANEL_HEIGHT - BOTTOM,
} as const;
const COLOURS = ['one', 'two', 'three', 'four', 'five', 'six'];
const LABEL_HEIGHT = 15;

/** For an SVG of panels, light and dark alike. */
export const PANEL_STYLE = `
  svg { background: #ffffff }
  text { font: 12px system-ui, sans-serif; fill: #52606d }
  .title { font: 600 17px system-ui, sans-serif; fill: #1f2933 }
  .name { font: 600 13px system-ui, sans-serif; fill: #1f2933 }
  .grid { stroke: #d9dee4; stroke-width: 1 }
  .one { stroke: #2563a8 } text.one { fill: #2563a8; stroke: none }
  .two { stroke: #c2571a } text.two { fill: #c2571a; stroke: none }
  .three { stroke: #2f7d4f } text.three { fill: #2f7d4f; stroke: none }
  .four { stroke: #8b3fa0 } text.four { fill: #8b3fa0; stroke: none }
  .five { stroke: #a3272f } text.five { fill: #a3272f; stroke: none }
  .six { stroke: #6b6f16 } text.six { fill: #6b6f16; stroke: none }
  polyline { fill: none; stroke-width: 1.5; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d }
    text { fill: #a5b1bd } .title, .name { fill: #eef1f4 } .grid { stroke: #38414b }
    .one { stroke: #74b0ee } text.one { fill: #74b0ee }
    .two { stroke: #f0975c } text.two { fill: #f0975c }
    .three { stroke: #6cc38f } text.three { fill: #6cc38f }
    .four { stroke: #cf8fe3 } text.four { fill: #cf8fe3 }
    .five { stroke: #f07a82 } text.five { fill: #f07a82 }
    .six { stroke: #c9cd58 } text.six { fill: #c9cd58 }
  }`;

export function drawPanel({ title, lines, lastSeconds, beside }: Panel): string {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const most = niceMost(values.reduce((max, value) => Math.max(max, value), 1));
  const { left, right, top, bottom } = ROOM;
  const x = (seconds: number) => left + (seconds / lastSeconds) * (right - left);
  const y = (value: number) => bottom - (value / most) * (bottom - top);
  const drawn = beside?.({ x, y }) ?? {};
  return [
    `<text class="name" x="16" y="20">${title}</text>`,
    drawn.below ?? '',
    ...[0, most / 2, most].map(
      (value) =>
        `<line class="grid" x1="${left}" x2="${right}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
        `<text x="${left - 8}" y="${at(y(value) + 4)}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ),
    ...[0, 0.5, 1].map(
      (part) =>
        `<text x="${at(x(part * lastSeconds))}" y="${bottom + 18}" text-anchor="middle">${clock(part * lastSeconds)}</text>`,
    ),
    ...lines.map(({ points }, index) => {
      const drawnPoints = points.map(([seconds, value]) => `${at(x(seconds))},${at(y(value))}`);
      return `<polyline class="${COLOURS[index]}" points="${drawnPoints.join(' ')}"/>`;
    }),
    ...labelsOf(lines, y).map(
      ([label, index, labelY]) =>
        `<text class="${COLOURS[index]}" x="${right + 8}" y="${at(labelY)}">${label}</text>`,
    ),
    drawn.above ?? '',
  ].join('');
}

/** Beside the end of each line, apart from one another and above the numbers below. */
function labelsOf(
  lines: readonly PanelLine[],
  y: (value: number) => number,
): [label: string, index: number, y: number][] {
  const placed = lines.map(({ label, points }, index): [string, number, number] => [
    label,
    index,
    y(points.at(-1)?.[1] ?? 0) + 4,
  ]);
  placed.sort((a, b) => b[2] - a[2]);
  let lowest = ROOM.bottom;
  for (const label of placed) {
    label[2] = Math.min(label[2], lowest);
    lowest = label[2] - LABEL_HEIGHT;
  }
  return placed;
}

/** The next of 1, 2, 4, 6, 8, 10 times a power of ten. */
function niceMost(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function clock(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

export function at(value: number): string {
  return value.toFixed(1);
}
