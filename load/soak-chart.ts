// Draws a soak as one SVG file that stands alone: small multiples over time, the first third shaded as
// warming up, the line that the verdict rests on through the rest. Light and dark alike.

import { fit, type Line } from './flatness.ts';
import {
  at,
  drawPanel,
  PANEL_HEIGHT,
  PANEL_STYLE,
  PANEL_WIDTH,
  type PanelScale,
  ROOM,
} from './panel.ts';
import type { Sample } from './sample.ts';
import type { SoakReport } from './soak-report.ts';

interface SoakPanel {
  title: string;
  series: readonly [name: keyof Sample, label: string][];
  /** Drawn through the first series. */
  line?: boolean;
}

const PANELS: readonly SoakPanel[] = [
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

const COLUMNS = 2;
const HEAD = 70;

const STYLE = `${PANEL_STYLE}
  .warm { fill: #7b8794; opacity: 0.1 }
  .fit { stroke: #1f2933; stroke-width: 1.2; stroke-dasharray: 5 4 }
  @media (prefers-color-scheme: dark) { .fit { stroke: #eef1f4 } }`;

export function drawSoak(samples: readonly Sample[], report: SoakReport): string {
  const rows = Math.ceil(PANELS.length / COLUMNS);
  const [width, height] = [COLUMNS * PANEL_WIDTH, HEAD + rows * PANEL_HEIGHT];
  const title = `${report.minutes} minutes of mixed load, ${report.rate} operations a second`;
  const note = `Shaded: warming up, not judged. Dashed: least squares over the rest. Holds of up to ${report.holdSeconds} s, a sample every ${Math.round(gap(samples))} s.`;
  const panels = PANELS.map((panel, index) => {
    const x = (index % COLUMNS) * PANEL_WIDTH;
    const y = HEAD + Math.floor(index / COLUMNS) * PANEL_HEIGHT;
    return `<g transform="translate(${x} ${y})">${drawn(panel, samples)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>${STYLE}</style>
<text class="title" x="16" y="28">${title}</text><text x="16" y="50">${note}</text>
${panels.join('\n')}
</svg>
`;
}

function drawn({ title, series, line }: SoakPanel, samples: readonly Sample[]): string {
  const lines = series
    .map(([name, label]) => ({ label, points: valuesOf(samples, name) }))
    .filter(({ points }) => points.length > 2);
  const lastSeconds = samples.at(-1)!.seconds;
  const first = Math.floor(samples.length / 3);
  const warmUntil = samples[first]!.seconds;
  const beside = (scale: PanelScale) => {
    const width = at(scale.x(warmUntil) - ROOM.left);
    const height = ROOM.bottom - ROOM.top;
    const below = `<rect class="warm" x="${ROOM.left}" y="${ROOM.top}" width="${width}" height="${height}"/>`;
    const judged = line ? valuesOf(samples.slice(first), series[0]![0]) : [];
    return { below, above: line ? fitted(judged, { ...scale, warmUntil, lastSeconds }) : '' };
  };
  return drawPanel({ title, lines, lastSeconds, beside });
}

/** The line that the verdict rests on. */
function fitted(
  judged: readonly (readonly [seconds: number, value: number])[],
  { x, y, warmUntil, lastSeconds }: PanelScale & { warmUntil: number; lastSeconds: number },
): string {
  const points = judged.map(([seconds, value]) => [seconds / 3_600, value] as const);
  const found = fit(points);
  const meanHours = points.reduce((sum, [hours]) => sum + hours, 0) / points.length;
  const valueAt = (seconds: number) =>
    at(y(Math.max(0, along(found, seconds / 3_600 - meanHours))));
  return `<line class="fit" x1="${at(x(warmUntil))}" x2="${ROOM.right}" y1="${valueAt(warmUntil)}" y2="${valueAt(lastSeconds)}"/>`;
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

function gap(samples: readonly Sample[]): number {
  return samples.length < 2 ? 0 : samples[1]!.seconds - samples[0]!.seconds;
}
