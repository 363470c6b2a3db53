// The charts and the table of docs/performance.md: what stands there is what the script makes of the
// figures beside it, and it makes of figures what they say.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawn } from '../../bench/charts.ts';
import type { Figure } from '../../src/bench/figure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ROOT } from '../support/test-files.ts';
import { textOf } from '../tidy/project-files.ts';

const MARKS = ['figures', 'orders', 'locking', 'postgres', 'redis']
  .map((name) => `<!-- ${name} -->\n<!-- end of ${name} -->\n`)
  .join('');

const RESERVE: Figure = {
  name: 'http.reserve',
  value: 30_000,
  unit: 'accepted reservations/s',
  yardstick: 'a bare route',
  yardstickValue: 40_000,
  ratio: 0.75,
  p50Ms: 2,
  p99Ms: 8,
  accepted: 1,
  refused: 0,
  conserved: true,
  ratioMin: 0.65,
  yardstickP50Ms: 1,
  yardstickP99Ms: 4,
};
const LOAD: Figure = {
  ...RESERVE,
  name: 'http.refuse.half-load',
  unit: 'ms p99 & more',
  p99Ms: 9,
  ratioMin: 'none',
  p99MsMax: 5,
  conserved: false,
  accepted: 99,
  shed: 1,
};

const docs = temporaryFolder('charts');

function made(figures: readonly Figure[]): Record<string, string> {
  mkdirSync(join(docs, 'figures'), { recursive: true });
  writeFileSync(join(docs, 'performance.md'), `before\n${MARKS}after\n`);
  const lines = figures.map((figure) => `${JSON.stringify(figure)}\n`).join('');
  writeFileSync(join(docs, 'figures/http.jsonl'), lines);
  return drawn(docs);
}

test('the page shows what was measured: `node bench/charts.ts` would change nothing', () => {
  for (const [name, text] of Object.entries(drawn(join(ROOT, 'docs')))) {
    assert.equal(textOf(`docs/${name}`), text, `docs/${name}`);
  }
});

test('the table says whether each met what was asked', () => {
  const page = made([RESERVE, LOAD])['performance.md']!;
  assert.match(page, /^before\n/);
  assert.match(page, /\nafter\n$/);
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  assert.equal(rows.length, 2);
  assert.match(rows[0]!, /0\.75 \| 2 \/ 8 \| ratio at least 0\.65 \| yes \|$/);
  assert.match(
    rows[1]!,
    /p99 below 5 ms \| \*\*no\*\*; 1\.0% turned away \(503\) \*\*NOT CONSERVED\*\* \|$/,
  );
});

test('rates are bars, times are spans on a logarithmic scale, what was asked is marked', () => {
  const charts = made([RESERVE, LOAD]);
  const ratios = charts['figures/ratios.svg']!;
  assert.match(ratios, /30,000 accepted reservations\/s, beside 40,000/);
  assert.ok(!ratios.includes('half-load'));
  const [bar, asked] = [/class="own" .* width="([\d.]+)"/, /class="asked" x1="([\d.]+)"/];
  const width = Number(bar.exec(ratios)![1]);
  const askedAt = Number(asked.exec(ratios)![1]);
  assert.ok(Math.abs(width * (0.65 / 0.75) - (askedAt - 180)) < 1, `${width} ${askedAt}`);
  const times = charts['figures/latencies.svg']!;
  assert.equal(times.match(/<circle class="own"/g)?.length, 4);
  assert.equal(times.match(/<circle class="yardstick"/g)?.length, 4);
  assert.equal(times.match(/class="asked"/g)?.length, 1);
  assert.ok(!times.includes('& '), 'what XML reserves is escaped');
});

test('locking strategies have a table and a chart of their own', () => {
  const name = 'locking.hot.optimistic';
  const charts = made([RESERVE, { ...RESERVE, name, ratio: 3, conserved: false }]);
  const page = charts['performance.md']!;
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  assert.equal(rows.length, 2);
  const expected = '| 30,000 | 2 / 8 | 40,000 | 1 / 4 | 3.00 **NOT CONSERVED** |';
  assert.equal(rows[1], `| \`${name}\` ${expected}`);
  assert.ok(page.indexOf('<!-- locking -->') < page.indexOf(rows[1]!));
  assert.ok(!charts['figures/ratios.svg']!.includes('optimistic'));
  assert.match(charts['figures/locking.svg']!, />hot\.optimistic</);
});

test('the PostgreSQL engine has a table and a chart of its own', () => {
  const name = 'postgres.reserve.hot';
  const charts = made([RESERVE, { ...RESERVE, name, ratio: 16, ratioMin: 15 }]);
  const page = charts['performance.md']!;
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``))!;
  assert.match(row, /\| 16\.00 \| 2 \/ 8 \| ratio at least 15 \| yes \|$/);
  assert.ok(page.indexOf('<!-- postgres -->') < page.indexOf(row));
  assert.ok(!charts['figures/ratios.svg']!.includes(name));
  assert.match(charts['figures/postgres.svg']!, />postgres\.reserve\.hot</);
});

test('orders have a table and a chart of their own', () => {
  const name = 'orders.checkout.million';
  const charts = made([RESERVE, { ...RESERVE, name, ratio: 0.85, ratioMin: 0.9 }]);
  const page = charts['performance.md']!;
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``))!;
  assert.match(row, /\| 0\.85 \| 2 \/ 8 \| ratio at least 0\.9 \| \*\*no\*\* \|$/);
  assert.ok(page.indexOf('<!-- orders -->') < page.indexOf(row));
  assert.ok(page.indexOf(row) < page.indexOf('<!-- end of orders -->'));
  assert.ok(!charts['figures/ratios.svg']!.includes(name));
  assert.match(charts['figures/orders.svg']!, />orders\.checkout\.million</);
});

test('without figures both say that nothing was measured', () => {
  const charts = made([]);
  assert.match(charts['performance.md']!, /Not measured yet\./);
  for (const name of ['ratios', 'latencies', 'orders', 'locking', 'postgres']) {
    assert.match(charts[`figures/${name}.svg`]!, />not measured yet</);
  }
});
