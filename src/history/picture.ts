// Draws a history as one SVG file that stands alone: bars over time, a row per client, the operations
// that no order could place in red, and the list of what each asked and was told.

import { type Bar, lanes, type Timeline } from './timeline.ts';

const COLUMN = 26;
const ROW = 30;
const LEFT = 90;
const TOP = 70;
const LINE = 19;

const STYLE = `
  text { font: 13px ui-monospace, monospace; fill: #1f2933 }
  .title { font: 600 17px system-ui, sans-serif }
  .note { font: 13px system-ui, sans-serif; fill: #52606d }
  .went { fill: #cfe3f5; stroke: #5b8db8 }
  .stuck { fill: #f9c6c2; stroke: #c0392b }
  .open { fill: #f2f2f2; stroke: #8a8a8a; stroke-dasharray: 4 3 }
  .wrong { fill: #c0392b; font-weight: 600 }
  .grid { stroke: #e4e7eb }`;

export function drawSvg(timeline: Timeline, title: string): string {
  const { clients, columns, bars, startMs } = timeline;
  const parts: string[] = [];
  let row = 0;
  for (const client of clients) {
    const own = lanes(bars.filter(({ operation }) => operation.client === client));
    const y = TOP + row * ROW;
    parts.push(text(8, y + 19, `client ${client}`, ''));
    parts.push(`<line class="grid" x1="0" x2="100%" y1="${y - 2}" y2="${y - 2}"/>`);
    for (const lane of own) {
      for (const bar of lane) parts.push(drawBar(bar, TOP + row * ROW));
      row += 1;
    }
  }
  const listTop = TOP + row * ROW + 34;
  bars.forEach((bar, index) => {
    const y = listTop + index * LINE;
    const { fromMs, untilMs } = bar.operation;
    const window = `+${fromMs - startMs}${untilMs === undefined ? '' : ` to +${untilMs - startMs}`} ms`;
    const line = `${String(bar.number).padStart(3)}  ${placeOf(bar).padEnd(9)} ${window.padEnd(16)} ${bar.words}`;
    parts.push(text(8, y, line, classOf(bar) === 'stuck' ? 'wrong' : ''));
  });
  const longest = Math.max(...bars.map(({ words }) => words.length + 36));
  const width = Math.max(LEFT + columns * COLUMN + 30, longest * 8 + 20);
  const height = listTop + bars.length * LINE + 20;
  const note =
    'A bar is the time between question and answer; dashed: never answered. #n: place in the longest order that explains the answers. Red: no place left.';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>${STYLE}</style><rect width="100%" height="100%" fill="white"/>
${text(8, 26, title, 'title')}${text(8, 48, note, 'note')}
${parts.join('\n')}
</svg>
`;
}

function drawBar(bar: Bar, y: number): string {
  const x = LEFT + bar.from * COLUMN;
  const width = Math.max(12, (bar.to - bar.from) * COLUMN);
  const box = `<rect class="${classOf(bar)}" x="${x}" y="${y + 3}" width="${width}" height="${ROW - 8}" rx="4"/>`;
  const label = bar.place === undefined ? `${bar.number}` : `${bar.number} #${bar.place}`;
  return `<g><title>${escaped(bar.words)}</title>${box}${text(x + 4, y + 18, label, '')}</g>`;
}

function classOf({ place, open }: Bar): 'went' | 'stuck' | 'open' {
  if (open) return 'open';
  return place === undefined ? 'stuck' : 'went';
}

function placeOf(bar: Bar): string {
  if (bar.place !== undefined) return `#${bar.place}`;
  return bar.open ? '-' : 'NO PLACE';
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text xml:space="preserve" class="${style}" x="${x}" y="${y}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
