// `bench two-phase`: carts of two lines whose pools live in two databases, in turns with two-phase commit
// written by hand, and with the same carts in one database. All on one server, in schemas of its own.

import type { Figure } from '../figure.ts';
import { closedLoop, type LoopCounts } from '../locking/closed-loop.ts';
import { loopFigure, perSecond } from '../locking/loop-figure.ts';
import { type OwnSchema, ownSchema } from '../locking/own-schema.ts';
import { CartStore } from './cart-store.ts';
import { HAND_WRITTEN, HAND_WRITTEN_CALLERS, HandWrittenTwoPhase } from './hand-written.ts';

const MANY = 'two-phase.carts';
const FEW = 'two-phase.carts.20';
const BESIDE_ONE = 'two-phase.carts.one-database';

export const TWO_PHASE_FIGURES: readonly string[] = [MANY, FEW, BESIDE_ONE];

export interface TwoPhaseScale {
  callers: number;
  slices: number;
  sliceMs: number;
}

export const TWO_PHASE_FULL: TwoPhaseScale = { callers: 256, slices: 4, sliceMs: 2_000 };
export const TWO_PHASE_QUICK: TwoPhaseScale = { callers: 256, slices: 2, sliceMs: 1_000 };

export interface TwoPhaseRun {
  /** Of the server to measure on. */
  engine: string;
  scale: TwoPhaseScale;
  only?: string | undefined;
  say: (line: string) => void;
}

interface Sides {
  spread: CartStore;
  single: CartStore;
  byHand: HandWrittenTwoPhase;
}

interface Measured {
  byHand: LoopCounts[];
  few: LoopCounts[];
  many: LoopCounts[];
  single: LoopCounts[];
}

export async function benchTwoPhase(run: TwoPhaseRun): Promise<Figure[]> {
  const { engine, say } = run;
  const schemas: OwnSchema[] = [];
  const schema = async (connections: number) => {
    const own = await ownSchema(engine, connections);
    schemas.push(own);
    return own;
  };
  const stores: CartStore[] = [];
  try {
    const byHand = await HandWrittenTwoPhase.make([
      await schema(HAND_WRITTEN_CALLERS),
      await schema(HAND_WRITTEN_CALLERS),
      await schema(HAND_WRITTEN_CALLERS),
    ]);
    const spread = await CartStore.open(await schema(1), [await schema(1), await schema(1)]);
    stores.push(spread);
    const single = await CartStore.open(await schema(1), []);
    stores.push(single);
    const sides = { byHand, spread, single };
    const measured = await measure(sides, run);
    return await figures(sides, measured, run);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    for (const own of schemas) {
      await own.drop().catch((error) => {
        say(`the schema ${own.schema} may be left behind: ${(error as Error).message}`);
      });
    }
  }
}

async function measure({ byHand, spread, single }: Sides, run: TwoPhaseRun): Promise<Measured> {
  const { scale, say } = run;
  const { callers, sliceMs: forMs } = scale;
  const few = { callers: HAND_WRITTEN_CALLERS, forMs };
  const many = { callers, forMs };
  const measured: Measured = { byHand: [], few: [], many: [], single: [] };
  for (let slice = 1; slice <= scale.slices; slice += 1) {
    measured.byHand.push(await closedLoop(few, () => byHand.reserve()));
    measured.few.push(await closedLoop(few, () => spread.reserve()));
    measured.many.push(await closedLoop(many, () => spread.reserve()));
    measured.single.push(await closedLoop(many, () => single.reserve()));
    const rates = Object.entries(measured).map(
      ([side, each]) => `${side} ${perSecond(each.at(-1)!)}`,
    );
    say(`two-phase: slice ${slice}/${scale.slices}: ${rates.join(', ')}`);
  }
  return measured;
}

async function figures(
  { spread, single }: Sides,
  { byHand, few, many, single: beside }: Measured,
  { scale, only }: TwoPhaseRun,
): Promise<Figure[]> {
  const conserved = (await spread.isConserved()) && (await single.isConserved());
  const named = { unit: 'accepted carts/s', yardstick: HAND_WRITTEN, conserved };
  const one = { ...named, yardstick: 'the same carts in one database' };
  const all = [
    { ...loopFigure({ name: MANY, ...named }, { own: many, beside: byHand }), ...scale },
    {
      ...loopFigure({ name: FEW, ...named }, { own: few, beside: byHand }),
      ...{ ...scale, callers: HAND_WRITTEN_CALLERS },
    },
    { ...loopFigure({ name: BESIDE_ONE, ...one }, { own: many, beside }), ...scale },
  ];
  return all.filter(({ name }) => only === undefined || name === only);
}
