// The recorder under a steady load, as long as it takes to see whether it keeps up: so many reservations a
// second, by as many callers as a server has at most, and how long all that was decided by a moment is not yet
// recorded. What comes while every caller waits is owed, as a number: promises of it by the hundred thousand would
// make this process slow, and that be taken for the recorder. Then its highest rate: as many as come, until the last
// of them is recorded.

import { setTimeout as wait } from 'node:timers/promises';
import type { Stock } from '../../stock.ts';
import { type Figure, median, quantile } from '../figure.ts';
import { closedLoop } from '../locking/closed-loop.ts';
import type { RedisFigure, RedisParts } from './redis-parts.ts';

const NAME = 'redis.recorder';
const TICK_MS = 5;
const LOOK_EVERY_MS = 250;
const LAG_MAX_MS = 2_000;
const HIGHEST_SLICES = 3;

export const RECORDER_FIGURES: readonly RedisFigure[] = [{ name: NAME, measure: measured }];

interface Steady {
  accepted: number;
  failed: number;
  seconds: number;
  /** From a moment until all that was decided by then was recorded. */
  lagsMs: number[];
  /** Looks that were given up, since the record was too far behind. */
  late: number;
}

async function measured(parts: RedisParts): Promise<Figure> {
  const { scale, store, say } = parts;
  return store.with(async (stock) => {
    say(`${NAME}: ${scale.recordedPerSecond}/s for ${scale.recordedMs / 1_000} s`);
    const found = await steady(parts, stock);
    const highest: number[] = [];
    for (let slice = 0; slice < HIGHEST_SLICES; slice += 1) highest.push(await most(parts, stock));
    const value = Math.round(found.accepted / found.seconds);
    return {
      name: NAME,
      value,
      unit: 'reservations/s decided and recorded',
      yardstick: 'what is asked, 10,000/s with less than 2 s of lag',
      yardstickValue: scale.recordedPerSecond,
      ratio: value / scale.recordedPerSecond,
      valueMin: scale.recordedPerSecond,
      p50Ms: quantile(found.lagsMs, 0.5),
      p99Ms: quantile(found.lagsMs, 0.99),
      accepted: found.accepted,
      refused: 0,
      conserved: found.failed === 0,
      lagMaxMs: quantile(found.lagsMs, 1),
      looksGivenUp: found.late,
      lagAllowedMs: LAG_MAX_MS,
      forSeconds: Math.round(found.seconds),
      highestPerSecond: Math.round(median(highest)),
      failed: found.failed,
      rows: scale.rows,
    };
  });
}

async function steady({ scale, store, say }: RedisParts, stock: Stock): Promise<Steady> {
  const counts = { accepted: 0, failed: 0, late: 0 };
  const lagsMs: number[] = [];
  const startMs = performance.now();
  const passedMs = () => performance.now() - startMs;
  const underWay = new Set<Promise<void>>();
  const run = (act: Promise<void>) => {
    underWay.add(act);
    void act.then(() => underWay.delete(act));
  };
  const reserve = async () => {
    try {
      if (!(await store.reserve(stock, store.pools))) throw new Error('it was refused');
      counts.accepted += 1;
    } catch {
      counts.failed += 1;
    }
  };
  const look = async () => {
    const askedMs = performance.now();
    try {
      await store.recordedBy(stock);
    } catch {
      counts.late += 1;
    }
    lagsMs.push(performance.now() - askedMs);
  };
  let [sent, lookedMs] = [0, Number.NEGATIVE_INFINITY];
  while (passedMs() < scale.recordedMs) {
    const due = Math.floor((passedMs() * scale.recordedPerSecond) / 1_000);
    for (; sent < due && underWay.size < scale.callers; sent += 1) run(reserve());
    if (passedMs() - lookedMs > LOOK_EVERY_MS) {
      lookedMs = passedMs();
      run(look());
    }
    await wait(TICK_MS);
  }
  await Promise.all(underWay);
  await store.recorded();
  const seconds = passedMs() / 1_000;
  say(`${NAME}: ${counts.accepted} in ${Math.round(seconds)} s`);
  return { ...counts, seconds, lagsMs };
}

async function most({ scale, store }: RedisParts, stock: Stock): Promise<number> {
  const startMs = performance.now();
  const loop = { callers: scale.callers, forMs: scale.sliceMs };
  const { accepted } = await closedLoop(loop, () => store.reserve(stock, store.pools));
  await store.recorded();
  return (accepted * 1_000) / (performance.now() - startMs);
}
