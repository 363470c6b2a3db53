// `bench core`: the library and the embedded engine, in this process, on a store that already holds
// many live reservations.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEngine } from '../engines/sqlite/sqlite-engine.ts';
import { Stock } from '../stock.ts';
import { BareAppend, recordedBatches } from './bare-append.ts';
import { Load, type LoadOptions } from './buyers.ts';
import { type Figure, median, quantile } from './figure.ts';
import { HandWrittenSql } from './hand-written-sql.ts';

interface CoreCase {
  name: string;
  pools: number;
  ends: LoadOptions['ends'];
}

const CASES: readonly CoreCase[] = [
  { name: 'core.reserve', pools: 1_000, ends: 'later' },
  { name: 'core.reserve.hot', pools: 1, ends: 'later' },
  { name: 'core.cycle', pools: 1_000, ends: 'cycle' },
];

interface Scale {
  live: number;
  buyers: number;
  slices: number;
  sliceMs: number;
  yardstickMs: number;
  holdForMs: number;
}

const FULL: Scale = {
  live: 1_000_000,
  buyers: 1_000_000,
  slices: 6,
  sliceMs: 10_000,
  yardstickMs: 2_000,
  holdForMs: 20_000,
};

const QUICK: Scale = {
  live: 100_000,
  buyers: 1_000_000,
  slices: 3,
  sliceMs: 1_500,
  yardstickMs: 700,
  holdForMs: 3_000,
};

const STOCK_PER_POOL = 900_000_000;

export async function benchCore(
  options: { quick: boolean; only?: string | undefined },
  say: (line: string) => void,
): Promise<Figure[]> {
  const scale = options.quick ? QUICK : FULL;
  const figures: Figure[] = [];
  for (const each of CASES) {
    if (options.only !== undefined && options.only !== each.name) continue;
    const directory = mkdtempSync(join(process.env.HOLDFAST_BENCH_DIR ?? tmpdir(), 'holdfast-'));
    try {
      figures.push(...(await benchCase(each, scale, { directory, say })));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return figures;
}

async function benchCase(
  each: CoreCase,
  scale: Scale,
  { directory, say }: { directory: string; say: (line: string) => void },
): Promise<Figure[]> {
  const path = join(directory, 'stock.db');
  const engine = await SqliteEngine.open(path);
  const stock = await Stock.open(engine);
  const pools = Array.from({ length: each.pools }, (_, index) => `pool-${index}`);
  for (const pool of [...pools, 'sold-out']) await stock.putPool({ pool });
  for (const pool of pools) await stock.receive({ pool, quantity: STOCK_PER_POOL });
  const base = { stock, pools, buyers: scale.buyers, inFlight: 2_000, soldOutPool: 'sold-out' };
  say(`${each.name}: making ${scale.live} live reservations`);
  await preload({ ...base, soldOutEvery: Number.MAX_SAFE_INTEGER }, scale.live);
  const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
  const from = engine.health().position;
  await tablesCaughtUp(engine);

  const load = { ...base, soldOutEvery: 50, holdForMs: scale.holdForMs, ends: each.ends };
  const runs: { reserves: number; entries: number; bare: number; sql: number }[] = [];
  let bare: BareAppend | undefined;
  const sql = new HandWrittenSql({
    path: join(directory, 'hand-written.db'),
    pools: each.pools,
    buyers: scale.buyers,
    rows: scale.live,
  });
  const buyers = new Load(load);
  const lags: number[] = [];
  for (let slice = 0; slice < scale.slices; slice += 1) {
    const before = { accepted: buyers.counts.accepted, position: engine.health().position };
    const startMs = performance.now();
    buyers.start();
    await new Promise((resolve) => setTimeout(resolve, scale.sliceMs));
    const seconds = (performance.now() - startMs) / 1_000;
    const reserves = (buyers.counts.accepted - before.accepted) / seconds;
    const entries = (engine.health().position - before.position) / seconds;
    lags.push(engine.health().tableLag);
    await buyers.stop();
    await tablesCaughtUp(engine);
    bare ??= new BareAppend(join(directory, 'bare.db'), recordedBatches(path, from, 200));
    runs.push({
      reserves,
      entries,
      bare: bare.run(scale.yardstickMs),
      sql: sql.run(scale.yardstickMs),
    });
    say(
      `${each.name}: slice ${slice + 1}/${scale.slices}: ${Math.round(reserves)} reserves/s, ` +
        `${Math.round(entries)} entries/s, bare ${Math.round(runs.at(-1)!.bare)}/s, ` +
        `SQL ${Math.round(runs.at(-1)!.sql)}/s, table lag ${lags.at(-1)}`,
    );
  }
  bare?.close();
  sql.close();
  const conserved = await isConserved(stock, pools);
  const { counts, latenciesMs } = buyers;
  await stock.close();
  const shared = {
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    accepted: counts.accepted,
    refused: counts.refused,
    conserved: conserved && counts.failed === 0,
    confirmed: counts.confirmed,
    cancelled: counts.cancelled,
    late: counts.late,
    failed: counts.failed,
    liveBefore: scale.live,
    rssAfterLoadingMb: rssMb,
    tableLagFirstSlice: lags[0]!,
    tableLagLastSlice: lags.at(-1)!,
  };
  const reserves = median(runs.map((run) => run.reserves));
  return [
    {
      name: each.name,
      value: Math.round(median(runs.map((run) => run.entries))),
      unit: 'durable entries/s',
      yardstick: 'a bare loop appending the same bytes in the same batches, synced',
      yardstickValue: Math.round(median(runs.map((run) => run.bare))),
      ratio: median(runs.map((run) => run.entries / run.bare)),
      ...shared,
    },
    {
      name: each.name,
      value: Math.round(reserves),
      unit: each.ends === 'cycle' ? 'reserve-and-confirm/s' : 'accepted reservations/s',
      yardstick: 'hand-written SQL, reservations only, 256 in a transaction',
      yardstickValue: Math.round(median(runs.map((run) => run.sql))),
      ratio: median(runs.map((run) => run.reserves / run.sql)),
      ...shared,
    },
  ];
}

async function preload(options: Omit<LoadOptions, 'holdForMs' | 'ends'>, live: number) {
  const { stock, pools, buyers, inFlight } = options;
  let made = 0;
  const loop = async () => {
    while (made < live) {
      made += 1;
      const pool = pools[made % pools.length]!;
      const buyer = `buyer-${Math.floor(Math.random() * buyers)}`;
      const line = { pool, quantity: 1 };
      await stock.reserve(
        { lines: [line], buyer, holdForMs: 86_400_000 },
        { key: crypto.randomUUID() },
      );
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
}

/** Waits until the tables have taken all entries; a benchmark measures no leftover work. */
async function tablesCaughtUp(engine: SqliteEngine): Promise<void> {
  while (engine.health().tableLag > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function isConserved(stock: Stock, pools: readonly string[]): Promise<boolean> {
  for (const id of pools) {
    const pool = await stock.pool(id);
    if (pool === undefined) return false;
    const { available, held, sold, supply } = pool;
    if (available + held + sold !== STOCK_PER_POOL || supply !== -STOCK_PER_POOL) return false;
  }
  return true;
}
