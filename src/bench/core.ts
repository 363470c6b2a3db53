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

export const CORE_FIGURES: readonly string[] = CASES.map(({ name }) => name);

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

/** Callers that wait for an answer at any moment. */
const IN_FLIGHT = 512;

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
  const base = { stock, pools, buyers: scale.buyers, inFlight: IN_FLIGHT, soldOutPool: 'sold-out' };
  say(`${each.name}: making ${scale.live} live reservations`);
  await preload({ ...base, soldOutEvery: Number.MAX_SAFE_INTEGER }, scale.live);
  const rssAfterLoadingMb = Math.round(process.memoryUsage.rss() / 1e6);
  const from = engine.health().position;
  await tablesCaughtUp(engine);

  const { holdForMs } = scale;
  const buyers = new Load({ ...base, soldOutEvery: 50, holdForMs, ends: each.ends });
  const sqlPath = join(directory, 'hand-written.db');
  const sql = new HandWrittenSql({ ...base, ...each, path: sqlPath, rows: scale.live });
  const slices: Slice[] = [];
  let bare: BareAppend | undefined;
  for (let slice = 0; slice < scale.slices; slice += 1) {
    const ours = await runSlice(engine, buyers, scale.sliceMs);
    bare ??= new BareAppend(join(directory, 'bare.db'), recordedBatches(path, from, 200));
    const yardsticks = { bare: bare.run(scale.yardstickMs), sql: sql.run(scale.yardstickMs) };
    slices.push({ ...ours, ...yardsticks });
    say(`${each.name}: slice ${slice + 1}/${scale.slices}: ${told(slices.at(-1)!)}`);
  }
  bare?.close();
  sql.close();
  const conserved = await isConserved(stock, pools);
  await stock.close();
  const run: Run = { slices, buyers, conserved, liveBefore: scale.live, rssAfterLoadingMb };
  return figuresOf(each, run);
}

/** One stretch of the load: per second, and how far behind the tables were at its end. */
interface Ours {
  reserves: number;
  entries: number;
  lag: number;
}

interface Slice extends Ours {
  bare: number;
  sql: number;
}

interface Run {
  slices: readonly Slice[];
  buyers: Load;
  conserved: boolean;
  liveBefore: number;
  rssAfterLoadingMb: number;
}

async function runSlice(engine: SqliteEngine, buyers: Load, forMs: number): Promise<Ours> {
  const before = { accepted: buyers.counts.accepted, position: engine.health().position };
  const startMs = performance.now();
  buyers.start();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const seconds = (performance.now() - startMs) / 1_000;
  const reserves = (buyers.counts.accepted - before.accepted) / seconds;
  const entries = (engine.health().position - before.position) / seconds;
  const lag = engine.health().tableLag;
  await buyers.stop();
  await tablesCaughtUp(engine);
  return { reserves, entries, lag };
}

function told({ reserves, entries, bare, sql, lag }: Slice): string {
  return (
    `${Math.round(reserves)} reserves/s, ${Math.round(entries)} entries/s, ` +
    `bare ${Math.round(bare)}/s, SQL ${Math.round(sql)}/s, table lag ${lag}`
  );
}

function figuresOf(each: CoreCase, { slices, buyers, conserved, ...about }: Run): Figure[] {
  const { accepted, refused, ...ends } = buyers.counts;
  const shared = {
    p50Ms: quantile(buyers.latenciesMs, 0.5),
    p99Ms: quantile(buyers.latenciesMs, 0.99),
    accepted,
    refused,
    conserved: conserved && ends.failed === 0,
    ...ends,
    ...about,
    tableLagFirstSlice: slices[0]!.lag,
    tableLagLastSlice: slices.at(-1)!.lag,
  };
  const medianOf = (of: (slice: Slice) => number) => median(slices.map(of));
  return [
    {
      name: each.name,
      value: Math.round(medianOf(({ entries }) => entries)),
      unit: 'durable entries/s',
      yardstick: 'a bare loop appending the same bytes in the same batches, synced',
      yardstickValue: Math.round(medianOf(({ bare }) => bare)),
      ratio: medianOf(({ entries, bare }) => entries / bare),
      ...shared,
    },
    {
      name: each.name,
      value: Math.round(medianOf(({ reserves }) => reserves)),
      unit: each.ends === 'cycle' ? 'reserve-and-confirm/s' : 'accepted reservations/s',
      yardstick: 'hand-written SQL under the same load, 256 reservations in a transaction',
      yardstickValue: Math.round(medianOf(({ sql }) => sql)),
      ratio: medianOf(({ reserves, sql }) => reserves / sql),
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
