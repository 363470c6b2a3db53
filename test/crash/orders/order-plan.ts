// Decides for each round who dies, when and how often: at a named step of a saga, at one of the engine's
// commits, or at a random moment. The first rounds pass through every step once. Pure: the numbers come from
// the seed.

import {
  IMPORT_CRASH_POINTS,
  LAUNCH_CRASH_POINTS,
  LINE_CRASH_POINTS,
  ORDER_CRASH_POINTS,
  PLACE_CRASH_POINTS,
  RETURN_CRASH_POINTS,
  WEBHOOK_CRASH_POINTS,
} from '../../../src/engines/crash-point.ts';
import type { Random } from '../random.ts';

/** Around the commits of the embedded engine, whatever they are for. */
const COMMIT_POINTS: readonly string[] = ['before-append', 'after-append', 'before-reply'];
const SAGA_POINTS: readonly string[] = [
  ...ORDER_CRASH_POINTS,
  ...RETURN_CRASH_POINTS,
  ...IMPORT_CRASH_POINTS,
  ...LAUNCH_CRASH_POINTS,
  ...LINE_CRASH_POINTS,
  ...PLACE_CRASH_POINTS,
  ...WEBHOOK_CRASH_POINTS,
];
export const POINTS: readonly string[] = [...SAGA_POINTS, ...COMMIT_POINTS];
const COUNT_MAX = 8;
const COMMIT_COUNT_MAX = 40;
/** Steps that few come to. */
const RARE: ReadonlySet<string> = new Set([
  ...['refund', 'void'].flatMap((deed) => [`before-${deed}`, `after-${deed}`]),
  ...[...LAUNCH_CRASH_POINTS, ...LINE_CRASH_POINTS, ...PLACE_CRASH_POINTS],
]);
const RARE_COUNT_MAX = 2;
/** How often a step is waited for that was not come to. */
const TRIES_MAX = 3;

export type StoreKind = 'sqlite' | 'postgres';

export interface RoundPlan {
  store: StoreKind;
  /** Which of the servers dies. */
  victim: number;
  /** The named step, or a random moment. */
  at: string;
  /** How often the step is passed before; the environment's word for it. */
  crashAt?: string;
  /** How long buyers have, at most. */
  shopMs: number;
  /** It dies once more while it finds out what was left. */
  again?: string;
  /** The provider is killed so long after the buyers came, and away for so long. */
  provider?: { afterMs: number; awayMs: number };
  /** The other servers alone clear up what the dead one has left. */
  leftDead: boolean;
}

export interface Planning {
  random: Random;
  stores: readonly StoreKind[];
  servers: number;
}

/** The longest that a round waits for a named step to be passed. */
const POINT_WAIT_MS = 3_000;

export class OrderPlanner {
  readonly #its: Planning;
  /** Steps that nobody has died at yet, in the order in which it is their turn. */
  readonly #tour: string[];
  readonly #tries = new Map<string, number>();

  constructor(planning: Planning) {
    this.#its = planning;
    this.#tour = planning.random.sample(POINTS, POINTS.length);
  }

  next(round: number): RoundPlan {
    const { random, stores, servers } = this.#its;
    const store = round % 3 === 2 && stores.includes('postgres') ? 'postgres' : 'sqlite';
    const plan: RoundPlan = {
      store,
      victim: store === 'postgres' ? random.whole(0, servers - 1) : 0,
      at: 'random',
      shopMs: random.whole(150, 1_500),
      leftDead: store === 'postgres' && random.chance(0.5),
    };
    const turn = this.#tour.findIndex((point) => pointsOf(store).includes(point));
    const [first] = turn < 0 ? [] : this.#tour.splice(turn, 1);
    if (first !== undefined) {
      plan.at = first;
      plan.crashAt = `${first}:${random.whole(1, Math.min(2, countMax(first)))}`;
    } else if (!random.chance(0.25)) {
      plan.at = random.pick(pointsOf(store));
      plan.crashAt = `${plan.at}:${random.whole(1, countMax(plan.at))}`;
    }
    if (plan.crashAt !== undefined) plan.shopMs = POINT_WAIT_MS;
    if (random.chance(0.25)) {
      const again = random.pick(pointsOf(store));
      plan.again = `${again}:${random.whole(1, Math.min(3, countMax(again)))}`;
    }
    if (random.chance(0.25)) {
      plan.provider = { afterMs: random.whole(50, 1_000), awayMs: random.whole(0, 500) };
    }
    return plan;
  }

  /** Nobody came to that step: another round waits for it. */
  missed(point: string): void {
    const tries = (this.#tries.get(point) ?? 0) + 1;
    this.#tries.set(point, tries);
    if (tries < TRIES_MAX) this.#tour.push(point);
  }
}

function pointsOf(store: StoreKind): readonly string[] {
  return store === 'sqlite' ? POINTS : SAGA_POINTS;
}

function countMax(point: string): number {
  if (RARE.has(point)) return RARE_COUNT_MAX;
  return COMMIT_POINTS.includes(point) ? COMMIT_COUNT_MAX : COUNT_MAX;
}
