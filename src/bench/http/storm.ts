// `bench expiry`: many reservations fall due at the same moment while buyers go on reserving at a
// steady rate. How long until all are released, each once, and what the buyers notice.

import { setTimeout as wait } from 'node:timers/promises';
import { type Figure, quantile } from '../figure.ts';
import { inBenchFolder } from './bench-folder.ts';
import { balancesAddUp, countJournal, type JournalCount, journalAgrees } from './conservation.ts';
import type { BenchRun } from './http.ts';
import { type ProductServer, startProduct } from './product-server.ts';
import { type Measured, RequestLoad } from './request-load.ts';
import { reserveRequests } from './reserve-requests.ts';
import type { StormScale } from './scale.ts';
import { Shop } from './shop.ts';

export const EXPIRY_FIGURES = ['expiry.storm', 'expiry.storm.reserve'] as const;

const ASKED_PER_SECOND = 1_000_000 / 60;
/** What is made first runs slower than what follows; a noisy machine is slower still. */
const FILL_MARGIN = 1.6;
/** A machine that others use may stand still for seconds. */
const FILL_SLACK_MS = 8_000;
const LOOK_EVERY_MS = 500;

interface Storm {
  dueAtMs: number;
  load: Measured;
  addsUp: boolean;
}

export function benchExpiry(run: BenchRun<StormScale>): Promise<Figure[]> {
  const { scale, program, only, say } = run;
  return inBenchFolder(async (directory) => {
    const server = await startProduct({ program, directory });
    const shop = new Shop({ url: server.url, pools: scale.pools, buyers: scale.buyers });
    let storm: Storm;
    try {
      await shop.open();
      const dueAtMs = await fill(shop, scale, say);
      storm = await weather({ scale, server, shop, dueAtMs, say });
    } finally {
      await server.stop();
    }
    say('expiry: comparing the journal with what was accepted');
    const journal = countJournal(server.path);
    const agrees = journalAgrees(journal, shop, scale.due);
    const conserved = agrees && storm.addsUp && storm.load.failed === 0;
    const figures = figuresOf(scale, storm, { ...journal, conserved });
    return figures.filter(({ name }) => only === undefined || only === name);
  });
}

/** Fills the store; returns when the storm will break. */
async function fill(shop: Shop, scale: StormScale, say: (line: string) => void): Promise<number> {
  say(`expiry: making ${scale.staying} reservations that stay`);
  const startMs = performance.now();
  await shop.fill(scale.staying);
  const fillMs = ((performance.now() - startMs) / scale.staying) * scale.due * FILL_MARGIN;
  const dueAtMs = Math.ceil(Date.now() + FILL_SLACK_MS + fillMs + scale.calmMs);
  say(`expiry: making ${scale.due} that fall due in ${Math.round((dueAtMs - Date.now()) / 1e3)} s`);
  await shop.fill(scale.due, () => `${Math.max(1, dueAtMs - Date.now())}ms`);
  if (Date.now() + scale.calmMs > dueAtMs) {
    throw new Error('the store was filled too slowly: they fall due before the load was measured');
  }
  return dueAtMs;
}

interface Weather {
  scale: StormScale;
  server: ProductServer;
  shop: Shop;
  dueAtMs: number;
  say: (line: string) => void;
}

/** The load, through the calm and the storm. */
async function weather({ scale, server, shop, dueAtMs, say }: Weather): Promise<Storm> {
  const load = await RequestLoad.open(server.port, scale.connections);
  const running = load.steady(reserveRequests(shop), scale.reservesPerSecond);
  say(`expiry: ${scale.reservesPerSecond} reserves/s, calm for ${dueAtMs - Date.now()} ms`);
  await wait(dueAtMs - Date.now());
  const giveUpAtMs = Date.now() + scale.stormMsMax;
  const filled = shop.accepted;
  let left = scale.due;
  let measured: Measured;
  try {
    while (left > 0 && Date.now() < giveUpAtMs) {
      await wait(LOOK_EVERY_MS);
      const loaded = running.accepted;
      const held = (await shop.balances()).reduce((sum, pool) => sum + pool.held, 0);
      // What the load got since it was counted makes this too many, never too few.
      left = held - (filled - scale.due) - loaded;
      if (left <= scale.connections) break;
      say(`expiry: ${left} are still held, ${Date.now() - dueAtMs} ms after they fell due`);
    }
  } finally {
    // Else it would go on for ever.
    measured = await running.stop();
    load.close();
  }
  shop.accepted += measured.accepted;
  let addsUp = await balancesAddUp(shop, scale.due);
  while (!addsUp && Date.now() < giveUpAtMs) {
    await wait(LOOK_EVERY_MS);
    addsUp = await balancesAddUp(shop, scale.due);
  }
  return { dueAtMs, load: measured, addsUp };
}

function figuresOf(
  scale: StormScale,
  { dueAtMs, load }: Storm,
  { lastExpiredAtMs, expired, endedTwice, conserved }: JournalCount & { conserved: boolean },
): Figure[] {
  const calm = between(load, dueAtMs - scale.calmMs, dueAtMs);
  const during = between(load, dueAtMs, lastExpiredAtMs);
  const calmP99Ms = quantile(calm, 0.99);
  const seconds = (lastExpiredAtMs - dueAtMs) / 1_000;
  const askedSeconds = scale.due / ASKED_PER_SECOND;
  const shared = {
    p50Ms: quantile(during, 0.5),
    p99Ms: quantile(during, 0.99),
    accepted: load.accepted,
    refused: load.refused,
    conserved,
    shed: load.shed,
    failed: load.failed,
    due: scale.due,
    expired,
    endedTwice,
    reservesPerSecond: scale.reservesPerSecond,
    measuredInCalm: calm.length,
    measuredInStorm: during.length,
    loadShare: load.loadShare,
  };
  return [
    {
      name: 'expiry.storm',
      value: seconds,
      unit: `s until all ${scale.due.toLocaleString('en')} are released`,
      yardstick: 'what is asked, 60 s for 1,000,000',
      yardstickValue: askedSeconds,
      ratio: seconds / askedSeconds,
      ...shared,
      ratioMax: 1,
    },
    {
      name: 'expiry.storm.reserve',
      value: shared.p99Ms,
      unit: 'ms p99 of a reserve during the storm',
      yardstick: 'the same load before the storm, ms p99',
      yardstickValue: calmP99Ms,
      ratio: shared.p99Ms / calmP99Ms,
      ...shared,
      yardstickP50Ms: quantile(calm, 0.5),
      yardstickP99Ms: calmP99Ms,
      ratioMax: 2,
    },
  ];
}

function between({ startedAtMs, latenciesMs }: Measured, fromMs: number, toMs: number): number[] {
  return latenciesMs.filter((_, index) => {
    const atMs = startedAtMs[index]!;
    return atMs >= fromMs && atMs < toMs;
  });
}
