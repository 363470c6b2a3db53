// `bench locking`: every locking strategy of the PostgreSQL engine under the same loads, in turns with
// transactions written by hand, on one server. Makes schemas of its own there and drops them.

import { LOCKINGS, type Locking } from '../../engines/postgres/locking.ts';
import type { Figure } from '../figure.ts';
import { CART_LOADS, type CartLoad, cart } from './carts.ts';
import { closedLoop, type LoopCounts } from './closed-loop.ts';
import {
  HAND_WRITTEN,
  HAND_WRITTEN_CONNECTIONS,
  HandWrittenTransactions,
} from './hand-written-transactions.ts';
import { loopFigure, perSecond } from './loop-figure.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';
import { LockingStore, randomBuyer, STOCK_PER_POOL } from './store.ts';

export const LOCKING_FIGURES: readonly string[] = CART_LOADS.map(({ name }) => name);

export interface LockingScale {
  /** Live reservations before anything is measured. */
  live: number;
  /** Callers of the two servers together. */
  callers: number;
  slices: number;
  sliceMs: number;
}

export const LOCKING_FULL: LockingScale = { live: 50_000, callers: 256, slices: 4, sliceMs: 2_200 };
export const LOCKING_QUICK: LockingScale = { live: 5_000, callers: 256, slices: 2, sliceMs: 800 };

export interface LockingRun {
  /** Of the server to measure on. */
  engine: string;
  scale: LockingScale;
  only?: string | undefined;
  say: (line: string) => void;
}

const UNIT = 'accepted reservations/s';

interface Sides {
  store: LockingStore;
  byHand: HandWrittenTransactions;
}

export async function benchLocking({ engine, scale, only, say }: LockingRun): Promise<Figure[]> {
  const schemas: OwnSchema[] = [];
  const figures: Figure[] = [];
  try {
    for (const connectionsMax of [1, HAND_WRITTEN_CONNECTIONS]) {
      schemas.push(await ownSchema(engine, connectionsMax));
    }
    const { live } = scale;
    say(`locking: making ${live} live reservations`);
    const store = await LockingStore.make(schemas[0]!, live);
    const byHand = await HandWrittenTransactions.make(schemas[1]!, {
      stockPerPool: STOCK_PER_POOL,
      live,
    });
    for (const load of CART_LOADS) {
      if (only !== undefined && only !== load.name) continue;
      figures.push(...(await benchLoad(load, { store, byHand }, { scale, say })));
    }
  } finally {
    for (const schema of schemas) {
      await schema.drop().catch((error) => {
        say(`the schema ${schema.schema} may be left behind: ${(error as Error).message}`);
      });
    }
  }
  return figures;
}

async function benchLoad(
  load: CartLoad,
  { store, byHand }: Sides,
  { scale, say }: Pick<LockingRun, 'scale' | 'say'>,
): Promise<Figure[]> {
  const { callers, slices, sliceMs } = scale;
  const own: Record<Locking, LoopCounts[]> = { pessimistic: [], conditional: [], optimistic: [] };
  const hand: LoopCounts[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const yardstick = { callers: HAND_WRITTEN_CONNECTIONS, forMs: sliceMs };
    hand.push(await closedLoop(yardstick, () => byHand.reserve(cart(load), randomBuyer())));
    for (const locking of LOCKINGS) {
      const counts = await store.with(locking, (servers) =>
        closedLoop({ callers, forMs: sliceMs }, (caller) =>
          store.reserve(servers[caller % servers.length]!, cart(load)),
        ),
      );
      own[locking].push(counts);
    }
    const rates = LOCKINGS.map((each) => `${each} ${perSecond(own[each][slice]!)}`);
    say(
      `${load.name}: slice ${slice + 1}/${slices}: by hand ${perSecond(hand[slice]!)}, ${rates.join(', ')}`,
    );
  }
  const conserved = await store.isConserved();
  return LOCKINGS.map((locking) => {
    const named = {
      name: `${load.name}.${locking}`,
      unit: UNIT,
      yardstick: HAND_WRITTEN,
      conserved,
    };
    const figure = loopFigure(named, { own: own[locking], beside: hand });
    return { ...figure, callers, servers: 2 };
  });
}
