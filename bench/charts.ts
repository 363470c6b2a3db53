// Draws the charts of docs/performance.md and writes its tables, from the figures in docs/figures/:
//
//     bin/holdfast bench http --json > docs/figures/http.jsonl
//     bin/holdfast bench expiry --json > docs/figures/expiry.jsonl
//     bin/holdfast bench orders --json > docs/figures/orders.jsonl
//     bin/holdfast bench locking --engine postgres://... --json > docs/figures/locking.jsonl
//     bin/holdfast bench postgres --engine postgres://... --json > docs/figures/postgres.jsonl
//     bin/holdfast bench redis --engine redis://... --record postgres://... --json > docs/figures/redis.jsonl
//     node bench/charts.ts

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../src/bench/figure.ts';
import { comparisonTable, figureTable, withTable } from './figure-table.ts';
import { readFigures } from './figures.ts';
import { latencyChart } from './latency-chart.ts';
import { ratioChart } from './ratio-chart.ts';

const PAGE = 'performance.md';
const LOCKING = 'locking.';
const POSTGRES = 'postgres.';
const POSTGRES_TITLE = 'The PostgreSQL engine beside transactions written by hand';
const REDIS = 'redis.';
const REDIS_TITLE = 'The Redis engine beside what is written by hand';
const ORDERS = 'orders.';
const ORDERS_TITLE = 'Orders beside plain reservations, and with a million open ones beside none';
const LOCKING_TITLE = 'Locking strategies beside transactions written by hand';

/** The files below `docs` and what they should say. */
export function drawn(docs: string): Record<string, string> {
  const all = readFigures(join(docs, 'figures'));
  const begun = (start: string) => all.filter(({ name }) => name.startsWith(start));
  const locking = begun(LOCKING);
  const postgres = begun(POSTGRES);
  const orders = begun(ORDERS);
  const redis = begun(REDIS);
  const apart: Figure[] = [...locking, ...postgres, ...redis, ...orders];
  const figures = all.filter((figure) => !apart.includes(figure));
  const named = locking.map((each) => ({ ...each, name: each.name.slice(LOCKING.length) }));
  let page = readFileSync(join(docs, PAGE), 'utf8');
  page = withTable(page, 'figures', figureTable(figures));
  page = withTable(page, 'orders', figureTable(orders));
  page = withTable(page, 'locking', comparisonTable(locking));
  page = withTable(page, 'postgres', figureTable(postgres));
  page = withTable(page, 'redis', figureTable(redis));
  return {
    'figures/ratios.svg': ratioChart(figures),
    'figures/latencies.svg': latencyChart(figures),
    'figures/locking.svg': ratioChart(named, LOCKING_TITLE),
    'figures/orders.svg': ratioChart(orders, ORDERS_TITLE),
    'figures/postgres.svg': ratioChart(postgres, POSTGRES_TITLE),
    'figures/redis.svg': ratioChart(redis, REDIS_TITLE),
    [PAGE]: page,
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
