// The report of a sale under load as one page that stands alone: checks, numbers, and charts over time as SVG. No
// scripts, nothing from elsewhere, light and dark alike.

import { drawPanel, PANEL_HEIGHT, PANEL_STYLE, PANEL_WIDTH, type PanelLine } from '../panel.ts';
import type { SaleReport } from './sale-report.ts';

const REASONS_MAX = 6;

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; background: #ffffff; margin: 24px auto; max-width: 940px; padding: 0 16px }
  h1 { font-size: 22px } h2 { font-size: 17px; margin-top: 28px }
  table { border-collapse: collapse } td, th { text-align: left; padding: 3px 18px 3px 0; vertical-align: top }
  td.number { text-align: right; font-variant-numeric: tabular-nums }
  .holds { color: #2f7d4f } .fails { color: #a3272f; font-weight: 600 }
  .charts { display: flex; flex-wrap: wrap; gap: 8px } svg { max-width: 100%; height: auto }
  @media (prefers-color-scheme: dark) {
    body { color: #eef1f4; background: #14181d } .holds { color: #6cc38f } .fails { color: #f07a82 }
  }
${PANEL_STYLE}`;

export function salePage(report: SaleReport): string {
  const { setup, servers, by, units, buyers, seconds, ok } = report;
  const who = by === 'k6' ? `${grouped(buyers)} virtual users of k6` : `${grouped(buyers)} buyers`;
  const on =
    setup === 'embedded'
      ? 'one server, embedded store'
      : `${servers} servers, Redis, PostgreSQL, Kafka`;
  const title = `${who} for ${grouped(units)} units in ${seconds} s`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p>${on}. <span class="${ok ? 'holds' : 'fails'}">${ok ? 'Everything holds.' : 'Not everything holds.'}</span></p>
<h2>What must hold</h2>
<table><tr><th></th><th>found</th><th>allowed</th><th></th></tr>
${report.checks.map(checkRow).join('\n')}
</table>
<h2>What came of the attempts</h2>
<table>
${numbersOf(report).map(numberRow).join('\n')}
</table>
<h2>Over time</h2>
<div class="charts">
${panelsOf(report).join('\n')}
</div>
</body>
</html>
`;
}

function checkRow({ name, holds, found, allowed }: SaleReport['checks'][number]): string {
  const verdict = holds ? '<td class="holds">holds</td>' : '<td class="fails">does not hold</td>';
  return `<tr><td>${escaped(name)}</td><td>${cell(found)}</td><td>${cell(allowed)}</td>${verdict}</tr>`;
}

function numbersOf(report: SaleReport): [string, string][] {
  const { arrivals, dropped, overtaken, admitted, accepted, refused, paid, paidLate, released } =
    report;
  return [
    ['arrivals', grouped(arrivals)],
    ['not sent in time', grouped(dropped)],
    ['fell due while the last was under way', grouped(overtaken)],
    ['admitted by the rate', grouped(admitted)],
    ['accepted', grouped(accepted)],
    ...Object.entries(refused).map(([code, count]): [string, string] => [
      `refused: ${code}`,
      grouped(count),
    ]),
    ['paid', grouped(paid)],
    ['of those, when their time was over', grouped(paidLate)],
    ['units released', grouped(released)],
    ['answer, p50', `${report.p50Ms.toFixed(1)} ms`],
    ['answer, p99', `${report.p99Ms.toFixed(1)} ms`],
  ];
}

function numberRow([name, value]: [string, string]): string {
  return `<tr><td>${escaped(name)}</td><td class="number">${value}</td></tr>`;
}

function panelsOf(report: SaleReport): string[] {
  const { bySecond, levels, refused } = report;
  const over = <Each extends { second: number }>(
    label: string,
    each: readonly Each[],
    value: (one: Each) => number,
  ): PanelLine => ({ label, points: each.map((one) => [one.second, value(one)] as const) });
  const reasons = Object.entries(refused)
    .sort((a, b) => b[1] - a[1])
    .slice(0, REASONS_MAX)
    .map(([code]) => over(code, bySecond, (second) => second.refused[code] ?? 0));
  const admittedIn = ({ arrivals, dropped, refused: codes }: SaleReport['bySecond'][number]) =>
    arrivals - dropped - (codes['rate-limited'] ?? 0);
  const panels: [string, PanelLine[]][] = [
    [
      'Attempts a second',
      [over('arrivals', bySecond, (it) => it.arrivals), over('admitted', bySecond, admittedIn)],
    ],
    ['Refused a second, by reason', reasons],
    [
      'Units of the sale',
      [
        over('left', levels, (it) => it.available),
        over('held', levels, (it) => it.held),
        over('sold', levels, (it) => it.sold),
      ],
    ],
    ['Units taken a second', [over('taken', levels, (it) => it.deductions)]],
    [
      'Answer, ms',
      [over('p99', bySecond, (it) => it.p99Ms), over('p50', bySecond, (it) => it.p50Ms)],
    ],
    ['Not sent in time, a second', [over('dropped', bySecond, (it) => it.dropped)]],
    [
      'Processor time taken away, %',
      [over('taken away', bySecond, (it) => 100 * (it.takenAway ?? 0))],
    ],
  ];
  const lastSeconds = Math.max(1, bySecond.at(-1)?.second ?? 1, levels.at(-1)?.second ?? 1);
  return panels.map(
    ([title, lines]) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${PANEL_WIDTH}" height="${PANEL_HEIGHT}" viewBox="0 0 ${PANEL_WIDTH} ${PANEL_HEIGHT}" role="img" aria-label="${title}">${drawPanel({ title, lines, lastSeconds })}</svg>`,
  );
}

function cell(value: number | string): string {
  return typeof value === 'number' ? grouped(value) : escaped(value);
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
