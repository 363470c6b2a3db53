// The engine by itself, in this process: one unit of one of a thousand pools, of one pool, and carts of
// ten lines, each in turn with the same load in transactions written by hand.

import type { Figure } from '../figure.ts';
import { type CartLoad, cart, POOLS } from '../locking/carts.ts';
import { closedLoop, type LoopCounts } from '../locking/closed-loop.ts';
import { HAND_WRITTEN_CONNECTIONS } from '../locking/hand-written-transactions.ts';
import { type LoopSlices, loopFigure, perSecond, ratioOf } from '../locking/loop-figure.ts';
import { randomBuyer } from '../locking/store.ts';
import type { PostgresParts } from './postgres-parts.ts';

const CART_LINES = 10;
const SPREAD: CartLoad = { name: 'postgres.reserve', pools: POOLS, linesMax: 1 };
export const HOT: CartLoad = { name: 'postgres.reserve.hot', pools: 1, linesMax: 1 };
const CARTS: CartLoad = {
  name: 'postgres.reserve.carts',
  ...{ pools: POOLS, linesMin: CART_LINES, linesMax: CART_LINES },
};
const LOADS = [SPREAD, HOT, CARTS];

export const ENGINE_FIGURES: readonly string[] = LOADS.map(({ name }) => name);

export async function engineFigures(parts: PostgresParts, only?: string): Promise<Figure[]> {
  const { callers } = parts.scale;
  const slices = await measured(
    parts,
    LOADS.filter(({ name }) => isMeasured(name, only)),
  );
  return LOADS.filter(({ name }) => only === undefined || name === only).map(({ name }) => {
    const named = { name, unit: parts.unit, yardstick: parts.byHand, conserved: true };
    const figure = { ...loopFigure(named, slices.get(name)!), callers, rows: parts.scale.rows };
    if (name !== HOT.name) return figure;
    const ofSpread = ratioOf(slices.get(HOT.name)!.own, slices.get(SPREAD.name)!.own);
    return { ...figure, ratioMin: 15, ofSpread, ofSpreadMin: 0.9 };
  });
}

/** The hot pool is compared with many in the same slices. */
function isMeasured(name: string, only: string | undefined): boolean {
  return only === undefined || name === only || (only === HOT.name && name === SPREAD.name);
}

async function measured(
  parts: PostgresParts,
  loads: readonly CartLoad[],
): Promise<Map<string, LoopSlices>> {
  const { scale, say } = parts;
  const slices = loads.map((load) => ({
    load,
    own: [] as LoopCounts[],
    beside: [] as LoopCounts[],
  }));
  for (let slice = 0; slice < scale.slices; slice += 1) {
    for (const { load, own, beside } of slices) {
      beside.push(await byHand(parts, load));
      own.push(await byEngine(parts, load));
      const rates = `engine ${perSecond(own.at(-1)!)}, by hand ${perSecond(beside.at(-1)!)}`;
      await say(`${load.name}: slice ${slice + 1}/${scale.slices}: ${rates}`);
    }
  }
  return new Map(slices.map(({ load, own, beside }) => [load.name, { own, beside }]));
}

/** A slice of the yardstick, which has a connection for each caller. */
export function byHand({ hand, scale }: PostgresParts, load: CartLoad): Promise<LoopCounts> {
  const loop = { callers: HAND_WRITTEN_CONNECTIONS, forMs: scale.sliceMs };
  return closedLoop(loop, () => hand.reserve(cart(load), randomBuyer()));
}

function byEngine({ store, scale }: PostgresParts, load: CartLoad): Promise<LoopCounts> {
  const loop = { callers: scale.callers, forMs: scale.sliceMs };
  return store.with(
    'pessimistic',
    ([stock]) => closedLoop(loop, () => store.reserve(stock!, cart(load))),
    1,
  );
}
