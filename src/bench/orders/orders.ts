// `bench orders`: orders beside plain reservations of the same carts on one server, and beside the same
// orders on a server that has a million open ones more. Stores and servers are its own.

import type { Figure } from '../figure.ts';
import { inBenchFolder } from '../http/bench-folder.ts';
import { type Compared, comparedFigure, rate } from '../http/compared-figure.ts';
import type { BenchRun } from '../http/http.ts';
import type { Measured } from '../http/request-load.ts';
import { OrderStore } from './order-store.ts';
import { ORDERS_FULL, type OrdersScale } from './scale.ts';

const CHECKOUT = 'orders.checkout';
const MILLION = 'orders.checkout.million';

export const ORDERS_FIGURES: readonly string[] = [CHECKOUT, MILLION];

type OrdersRun = BenchRun<OrdersScale>;

interface Stores {
  /** Without orders before they are measured. */
  few: OrderStore;
  /** With open orders more; only where it is asked for. */
  many: OrderStore | undefined;
}

export function benchOrders(run: OrdersRun): Promise<Figure[]> {
  return inBenchFolder(async (directory) => {
    const { program, scale, say, only } = run;
    const opened: OrderStore[] = [];
    const open = async (name: string, orders: number) => {
      say(`orders: making ${scale.live} live reservations and ${orders} open orders`);
      const store = await OrderStore.open({ name, directory, program, scale });
      opened.push(store);
      await store.fill({ live: scale.live, open: orders });
      return store;
    };
    let figures: Figure[];
    try {
      const few = await open('few', 0);
      const many = only === CHECKOUT ? undefined : await open('many', scale.open);
      figures = figuresOf(scale, await measured({ few, many }, run));
    } finally {
      await Promise.all(opened.map((store) => store.stop()));
    }
    say('orders: comparing the journals with what was accepted');
    const agrees = opened.every((store) => store.isConserved());
    return figures
      .filter(({ name }) => only === undefined || name === only)
      .map((figure) => ({ ...figure, conserved: figure.conserved && agrees }));
  });
}

/** What was measured in turn. */
interface Slices {
  checkout: Compared[];
  million: Compared[];
}

async function measured({ few, many }: Stores, { scale, say }: OrdersRun): Promise<Slices> {
  const slices: Slices = { checkout: [], million: [] };
  // The first slice warms all of them up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const forMs = slice === 0 ? scale.warmUpMs : scale.sliceMs;
    const found: { plain?: Measured; few?: Measured; many?: Measured } = {};
    const turns = [
      async () => {
        found.plain = await few.measure('reservations', forMs);
      },
      async () => {
        found.few = await few.measure('orders', forMs);
      },
      async () => {
        if (many !== undefined) found.many = await many.measure('orders', forMs);
      },
    ];
    // Forwards and backwards in turn: what stands later in a slice meets a store that is larger.
    for (const turn of slice % 2 === 0 ? turns : turns.reverse()) await turn();
    if (slice === 0) continue;
    slices.checkout.push({ own: found.few!, beside: found.plain! });
    if (found.many !== undefined) slices.million.push({ own: found.many, beside: found.few! });
    say(`orders: slice ${slice}/${scale.slices}: ${told(found, scale)}`);
  }
  return slices;
}

function told(
  found: { plain?: Measured; few?: Measured; many?: Measured },
  { open }: OrdersScale,
): string {
  const perSecond = (one: Measured | undefined) => one && rate(one, 'accepted');
  const many = found.many && `, ${perSecond(found.many)}/s with ${open} open ones`;
  return `${perSecond(found.few)} orders/s${many ?? ''}, ${perSecond(found.plain)} reservations/s`;
}

function figuresOf(
  { live, open, connections }: OrdersScale,
  { checkout, million }: Slices,
): Figure[] {
  const shared = { counts: 'accepted' as const, connections };
  const figure = comparedFigure(
    {
      ...shared,
      name: CHECKOUT,
      unit: 'accepted orders/s',
      yardstick: 'http.reserve, POST /v1/reservations of the same carts',
      liveBefore: live,
      asked: { ratioMin: 0.5 },
    },
    checkout,
  );
  if (million.length === 0) return [figure];
  const size = open === ORDERS_FULL.open ? '' : ` (${open.toLocaleString('en')} open ones)`;
  const besides = comparedFigure(
    {
      ...shared,
      name: MILLION,
      unit: `accepted orders${size}/s`,
      yardstick: 'orders.checkout, a store without open orders',
      liveBefore: live,
      asked: { openBefore: open, ratioMin: 0.9 },
    },
    million,
  );
  return [figure, besides];
}
