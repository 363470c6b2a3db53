// The engine by itself, in this process, beside the script that is written by hand and called once for each
// reservation: on one pool and on a thousand. What counts is how many one core of Redis makes: the processor
// time of its thread, with its receiving, sending and persisting, for each that was accepted.

import { median } from '../figure.ts';
import { randomBuyer } from '../http/reserve-requests.ts';
import { closedLoop, type LoopCounts } from '../locking/closed-loop.ts';
import { loopFigure } from '../locking/loop-figure.ts';
import { processorSeconds } from './own-redis.ts';
import type { RedisFigure, RedisParts } from './redis-parts.ts';

const PER_CORE_MIN = 40_000;

/** A slice, with what it cost Redis. */
interface CostedCounts extends LoopCounts {
  /** Accepted in a second of Redis's processor time. */
  perCore: number;
  /** Until the last of it was recorded. */
  recordedPerSecond: number;
}

export const ENGINE_FIGURES: readonly RedisFigure[] = [
  { name: 'redis.reserve', measure: (parts) => figure('redis.reserve', parts, 1) },
  {
    name: 'redis.reserve.spread',
    measure: (parts) => figure('redis.reserve.spread', parts, parts.store.pools.length),
  },
];

async function figure(name: string, parts: RedisParts, poolCount: number) {
  const { scale, store, say } = parts;
  const pools = store.pools.slice(0, poolCount);
  const own: CostedCounts[] = [];
  const beside: CostedCounts[] = [];
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const counts = { hand: await byHand(parts, pools), own: await byEngine(parts, pools) };
    if (slice === 0) continue;
    own.push(counts.own);
    beside.push(counts.hand);
    const told = (of: CostedCounts) => `${Math.round(of.perCore)}/s a core`;
    say(
      `${name}: slice ${slice}/${scale.slices}: ${told(counts.own)}, by hand ${told(counts.hand)}`,
    );
  }
  const middle = (slices: CostedCounts[], of: (slice: CostedCounts) => number) =>
    Math.round(median(slices.map(of)));
  const [perCore, byHandPerCore] = [own, beside].map((each) => middle(each, (one) => one.perCore));
  const named = {
    name,
    unit: 'accepted reservations on one core of Redis/s',
    yardstick: 'a script by hand (GET, compare, DECRBY, SETEX), one call for each reservation',
    conserved: true,
  };
  const { value, yardstickValue, ...more } = loopFigure(named, { own, beside });
  return {
    ...more,
    value: perCore!,
    yardstickValue: byHandPerCore!,
    ratio: median(own.map((slice, index) => slice.perCore / beside[index]!.perCore)),
    perSecond: value,
    yardstickPerSecond: yardstickValue,
    recordedPerSecond: middle(own, (slice) => slice.recordedPerSecond),
    pools: poolCount,
    callers: scale.callers,
    rows: scale.rows,
    valueMin: PER_CORE_MIN,
  };
}

function byHand(parts: RedisParts, pools: readonly string[]): Promise<CostedCounts> {
  const { hand, scale } = parts;
  return costed(parts, (caller) => {
    const pool = pools[caller % pools.length]!;
    const wanted = { pool, quantity: 1, buyer: randomBuyer(scale.buyers) };
    return hand.reserve(wanted).then((id) => id !== undefined);
  });
}

function byEngine(parts: RedisParts, pools: readonly string[]): Promise<CostedCounts> {
  const { store } = parts;
  return store.with((stock) => costed(parts, () => store.reserve(stock, pools)));
}

async function costed(
  { store, scale }: RedisParts,
  ask: (caller: number) => Promise<boolean>,
): Promise<CostedCounts> {
  const { connection } = store.redis;
  const startMs = performance.now();
  const before = await processorSeconds(connection);
  const counts = await closedLoop({ callers: scale.callers, forMs: scale.sliceMs }, ask);
  const used = (await processorSeconds(connection)) - before;
  await store.recorded();
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    ...counts,
    perCore: counts.accepted / used,
    recordedPerSecond: counts.accepted / seconds,
  };
}
