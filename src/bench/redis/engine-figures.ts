// The engine by itself, in this process, beside the script that is written by hand and called once for each
// reservation, on one pool and on a thousand; and on a pool in segments, beside one without. On a cluster: its
// masters beside one of them alone. What counts is how many one core of Redis makes: the processor time of its
// thread, of the busiest where there are several, with its receiving, sending and persisting, for each that was
// accepted.

import { median } from '../figure.ts';
import { randomBuyer } from '../http/reserve-requests.ts';
import { closedLoop, type LoopCounts } from '../locking/closed-loop.ts';
import { loopFigure } from '../locking/loop-figure.ts';
import { busiestThread } from './own-redis.ts';
import type {
  ClusterParts,
  PartsFigure,
  RedisFigure,
  RedisParts,
  StoreParts,
} from './redis-parts.ts';
import { SEGMENTED } from './redis-store.ts';

const PER_CORE_MIN = 40_000;

/** A slice, with what it cost Redis. */
interface CostedCounts extends LoopCounts {
  /** Accepted in a second of Redis's processor time. */
  perCore: number;
  /** Until the last of it was recorded. */
  recordedPerSecond: number;
}

interface EngineFigure<P> {
  name: string;
  yardstick: string;
  /** One slice of each. */
  own: (parts: P) => Promise<CostedCounts>;
  beside: (parts: P) => Promise<CostedCounts>;
  /** What else is told of it. */
  more: (parts: P) => Record<string, number>;
}

const BY_HAND = 'a script by hand (GET, compare, DECRBY, SETEX), one call for each reservation';

function besideTheScript(name: string, poolsOf: (all: readonly string[]) => readonly string[]) {
  return figureOf<RedisParts>({
    name,
    yardstick: BY_HAND,
    own: (parts) => byEngine(parts, poolsOf(parts.store.pools)),
    beside: (parts) => byHand(parts, poolsOf(parts.store.pools)),
    more: ({ store }) => ({ pools: poolsOf(store.pools).length, valueMin: PER_CORE_MIN }),
  });
}

export const ENGINE_FIGURES: readonly RedisFigure[] = [
  besideTheScript('redis.reserve', (all) => all.slice(0, 1)),
  besideTheScript('redis.reserve.spread', (all) => all),
  figureOf<RedisParts>({
    name: 'redis.segments',
    yardstick: 'the same engine on a pool without segments',
    own: (parts) => byEngine(parts, [SEGMENTED.pool]),
    beside: (parts) => byEngine(parts, parts.store.pools.slice(0, 1)),
    more: () => ({ pools: 1, segments: SEGMENTED.active }),
  }),
];

export const CLUSTER_FIGURES: readonly PartsFigure<ClusterParts>[] = [
  figureOf<ClusterParts>({
    name: 'redis.cluster',
    yardstick: 'the same engine on one master of the cluster',
    own: (parts) => byEngine(parts, parts.store.pools),
    beside: (parts) => byEngine({ ...parts, store: parts.one }, parts.one.pools),
    more: ({ store }) => ({ pools: store.pools.length, slots: store.redis.slots.length }),
  }),
  figureOf<ClusterParts>({
    name: 'redis.cluster.segments',
    yardstick: 'the same engine on one master, on one pool without segments',
    own: (parts) => byEngine(parts, [SEGMENTED.pool]),
    beside: (parts) => byEngine({ ...parts, store: parts.one }, parts.one.pools.slice(0, 1)),
    more: ({ store }) => ({
      ...{ pools: 1, segments: SEGMENTED.active, slots: store.redis.slots.length },
    }),
  }),
];

function figureOf<P extends StoreParts>(figure: EngineFigure<P>): PartsFigure<P> {
  return { name: figure.name, measure: (parts) => measure(figure, parts) };
}

async function measure<P extends StoreParts>(figure: EngineFigure<P>, parts: P) {
  const { name, yardstick } = figure;
  const { scale, say } = parts;
  const own: CostedCounts[] = [];
  const beside: CostedCounts[] = [];
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const counts = { beside: await figure.beside(parts), own: await figure.own(parts) };
    if (slice === 0) continue;
    own.push(counts.own);
    beside.push(counts.beside);
    const told = (of: CostedCounts) => `${Math.round(of.perCore)}/s a core`;
    await say(
      `${name}: slice ${slice}/${scale.slices}: ${told(counts.own)}, beside it ${told(counts.beside)}`,
    );
  }
  const middle = (slices: CostedCounts[], of: (slice: CostedCounts) => number) =>
    Math.round(median(slices.map(of)));
  const [perCore, besidePerCore] = [own, beside].map((each) => middle(each, (one) => one.perCore));
  const unit = 'accepted reservations on one core of Redis/s';
  const named = { name, unit, yardstick, conserved: true };
  const { value, yardstickValue, ...rest } = loopFigure(named, { own, beside });
  return {
    ...rest,
    value: perCore!,
    yardstickValue: besidePerCore!,
    ratio: median(own.map((slice, index) => slice.perCore / beside[index]!.perCore)),
    perSecond: value,
    yardstickPerSecond: yardstickValue,
    recordedPerSecond: middle(own, (slice) => slice.recordedPerSecond),
    callers: scale.callers,
    rows: scale.rows,
    ...figure.more(parts),
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

function byEngine(parts: StoreParts, pools: readonly string[]): Promise<CostedCounts> {
  const { store } = parts;
  return store.with((stock) => costed(parts, () => store.reserve(stock, pools)));
}

async function costed(
  { store, scale }: StoreParts,
  ask: (caller: number) => Promise<boolean>,
): Promise<CostedCounts> {
  const startMs = performance.now();
  const usedSeconds = await busiestThread(store.redis);
  const counts = await closedLoop({ callers: scale.callers, forMs: scale.sliceMs }, ask);
  const used = await usedSeconds();
  await store.recorded();
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    ...counts,
    perCore: counts.accepted / used,
    recordedPerSecond: counts.accepted / seconds,
  };
}
