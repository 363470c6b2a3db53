// Draws the charts of docs/performance.md and writes its table, from the figures in docs/figures/:
//
//     bin/holdfast bench http --json > docs/figures/http.jsonl
//     bin/holdfast bench expiry --json > docs/figures/expiry.jsonl
//     node bench/charts.ts

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figureTable, withTable } from './figure-table.ts';
import { readFigures } from './figures.ts';
import { latencyChart } from './latency-chart.ts';
import { ratioChart } from './ratio-chart.ts';

const PAGE = 'performance.md';

/** The files below `docs` and what they should say. */
export function drawn(docs: string): Record<string, string> {
  const figures = readFigures(join(docs, 'figures'));
  return {
    'figures/ratios.svg': ratioChart(figures),
    'figures/latencies.svg': latencyChart(figures),
    [PAGE]: withTable(readFileSync(join(docs, PAGE), 'utf8'), figureTable(figures)),
  };
}

if (import.meta.main) {
  const docs = join(import.meta.dirname, '../docs');
  mkdirSync(join(docs, 'figures'), { recursive: true });
  for (const [name, text] of Object.entries(drawn(docs))) {
    writeFileSync(join(docs, name), text);
    console.log(`docs/${name}`);
  }
}
