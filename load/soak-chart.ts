// Draws a soak as one SVG file that stands alone: small multiples over time, the first third shaded as
// warming up, the line that the verdict rests on through the rest. Light and dark alike.

import { fit, type Line } from './flatness.ts';
import type { Sample } from './sample.ts';
import type { SoakReport } from './soak-report.ts';

interface Panel {
  title: string;
  series: readonly [name: keyof Sample, label: string][];
  /** Drawn through the first series. */
  line?: boolean;
}

const PANELS: readonly Panel[] = [
  {
    title: 'Memory of the server, MB',
    series: [
      ['usedMb', 'in use'],
      ['rssMb', 'resident'],
    ],
    line: true,
  },
  {
    title: 'File descriptors',
    series: [
      ['ownFds', 'own'],
      ['fds', 'with clients'],
    ],
    line: true,
  },
  { title: 'Table lag, entries', series: [['tableLag', '']], line: true },
  { title: 'Threads', series: [['threads', '']], line: true },
  {
    title: 'Reserve, ms',
    series: [
      ['reserveP99Ms', 'p99'],
      ['reserveP50Ms', 'p50'],
    ],
  },
  {
    title: 'Answers a second',
    series: [
      ['acceptedPerSecond', 'accepted'],
      ['refusedPerSecond', 'refused'],
    ],
  },
  { title: 'Documents in memory', series: [['live', '']] },
  {
    title: 'Files, MB',
    series: [
      ['journalMb', 'journal'],
      ['tablesMb', 'tables'],
    ],
  },
];

const [WIDTH, HEIGHT, COLUMNS] = [440, 190, 2];
const [LEFT, TOP, RIGHT, BOTTOM] = [64, 34, 84, 30];
const HEAD = 70;
const COLOURS = ['one', 'two'];

const STYLE = `
  svg { background: #ffffff }
  text { font: 12px system-ui, sans-serif; fill: #52606d }
  .title { font: 600 17px system-ui, sans-serif; fill: #1f2933 }
  .name { font: 600 13px system-ui, sans-serif; fill: #1f2933 }
  .grid { stroke: #d9dee4; stroke-width: 1 }
  .warm { fill: #7b8794; opacity: 0.1 }
  .one { stroke: #2563a8 } text.one { fill: #2563a8; stroke: none }
  .two { stroke: #c2571a } text.two { fill: #c2571a; stroke: none }
  polyline { fill: none; stroke-width: 1.5; stroke-linejoin: round }
  .fit { stroke: #1f2933; stroke-width: 1.2; stroke-dasharray: 5 4 }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d }
    text { fill: #a5b1bd } .title, .name { fill: #eef1f4 } .grid { stroke: #38414b }
    .one { stroke: #74b0ee } text.one { fill: #74b0ee }
    .two { stroke: #f0975c } text.two { fill: #f0975c } .fit { stroke: #eef1f4 }
  }`;

export function drawSoak(samples: readonly Sample[], report: SoakReport): string {
  const rows = Math.ceil(PANELS.length / COLUMNS);
  const [width, height] = [COLUMNS * WIDTH, HEAD + rows * HEIGHT];
  const title = `${report.minutes} minutes of mixed load, ${report.rate} operations a second`;
  const note = `Shaded: warming up, not judged. Dashed: least squares over the rest. Holds of up to ${report.holdSeconds} s, a sample every ${Math.round(gap(samples))} s.`;
  const panels = PANELS.map((panel, index) => {
    const x = (index % COLUMNS) * WIDTH;
    const y = HEAD + Math.floor(index / COLUMNS) * HEIGHT;
    return `<g transform="translate(${x} ${y})">${drawPanel(panel, samples)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>${STYLE}</style>
<text class="title" x="16" y="28">${title}</text><text x="16" y="50">${note}</text>
${panels.join('\n')}
</svg>
`;
}

function drawPanel({ title, series, line }: Panel, samples: readonly Sample[]): string {
  const most = niceMost(
    Math.max(1, ...series.flatMap(([name]) => valuesOf(samples, name).map(([, value]) => value))),
  );
  const shown = series.filter(([name]) => valuesOf(samples, name).length > 2);
  const lastSeconds = samples.at(-1)!.seconds;
  const [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
  const x = (seconds: number) => LEFT + (seconds / lastSeconds) * (right - LEFT);
  const y = (value: number) => bottom - (value / most) * (bottom - TOP);
  const warmUntil = samples[Math.floor(samples.length / 3)]!.seconds;
  const parts = [
    `<text class="name" x="16" y="20">${title}</text>`,
    `<rect class="warm" x="${LEFT}" y="${TOP}" width="${at(x(warmUntil) - LEFT)}" height="${bottom - TOP}"/>`,
    ...[0, most / 2, most].map(
      (value) =>
        `<line class="grid" x1="${LEFT}" x2="${right}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
        `<text x="${LEFT - 8}" y="${at(y(value) + 4)}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ),
    ...[0, 0.5, 1].map(
      (part) =>
        `<text x="${at(x(part * lastSeconds))}" y="${bottom + 18}" text-anchor="middle">${clock(part * lastSeconds)}</text>`,
    ),
    ...shown.map(([name], index) => {
      const values = valuesOf(samples, name);
      const points = values.map(([seconds, value]) => `${at(x(seconds))},${at(y(value))}`);
      return `<polyline class="${COLOURS[index]}" points="${points.join(' ')}"/>`;
    }),
    ...labels(shown, samples, y).map(
      ([label, index, labelY]) =>
        `<text class="${COLOURS[index]}" x="${right + 8}" y="${at(labelY)}">${label}</text>`,
    ),
  ];
  if (line) {
    const judged = valuesOf(samples.slice(Math.floor(samples.length / 3)), shown[0]![0]);
    const points = judged.map(([seconds, value]) => [seconds / 3_600, value] as const);
    const fitted = fit(points);
    const meanHours = points.reduce((sum, [hours]) => sum + hours, 0) / points.length;
    const valueAt = (seconds: number) => y(Math.max(0, along(fitted, seconds / 3_600 - meanHours)));
    parts.push(
      `<line class="fit" x1="${at(x(warmUntil))}" x2="${right}" y1="${at(valueAt(warmUntil))}" y2="${at(valueAt(lastSeconds))}"/>`,
    );
  }
  return parts.join('');
}

/** Beside the end of each line, apart from one another. */
function labels(
  series: Panel['series'],
  samples: readonly Sample[],
  y: (value: number) => number,
): [label: string, index: number, y: number][] {
  const placed = series.map(([name, label], index): [string, number, number] => [
    label,
    index,
    y(valuesOf(samples, name).at(-1)?.[1] ?? 0) + 4,
  ]);
  const [upper, lower] = [...placed].sort((a, b) => a[2] - b[2]);
  if (upper !== undefined && lower !== undefined) {
    lower[2] = Math.max(lower[2], upper[2] + 15);
    // Not into the numbers below.
    const over = Math.max(0, lower[2] - (HEIGHT - BOTTOM));
    lower[2] -= over;
    upper[2] = Math.min(upper[2], lower[2] - 15);
  }
  return placed;
}

/** Not every sample has every number. */
function valuesOf(
  samples: readonly Sample[],
  name: keyof Sample,
): [seconds: number, value: number][] {
  return samples.flatMap((sample): [number, number][] => {
    const value = sample[name];
    return value === undefined ? [] : [[sample.seconds, value]];
  });
}

function along({ mean, perHour }: Line, hours: number): number {
  return mean + perHour * hours;
}

/** The next of 1, 2, 4, 6, 8, 10 times a power of ten. */
function niceMost(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function clock(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function gap(samples: readonly Sample[]): number {
  return samples.length < 2 ? 0 : samples[1]!.seconds - samples[0]!.seconds;
}

function at(value: number): string {
  return value.toFixed(1);
}
