// Plans the sale of an order's units once its money is there. Where none are held any more they are taken again, as
// they were: in a sale while that can be bought from, and within its limits. Commits nothing itself.

import type { LineCommand } from '../kernel/commands.ts';
import { orderData } from '../kernel/order.ts';
import type { OrderUnits } from '../kernel/order-ends.ts';
import { type PaidContext, payOrder } from '../kernel/order-paid.ts';
import type { Plan } from '../kernel/plan.ts';
import { stagesDue } from '../kernel/preorder.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { reservationData } from '../kernel/reservation.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import { saleGuard } from '../kernel/sale.ts';
import { wholePool } from '../kernel/segments.ts';
import type { StockParts } from '../stock/parts.ts';
import type { SaleDirectory } from './sale-directory.ts';

export class PaidUnits {
  readonly #parts: StockParts;
  readonly #sales: SaleDirectory;

  constructor(parts: StockParts, sales: SaleDirectory) {
    this.#parts = parts;
    this.#sales = sales;
  }

  /** Sells the units of an order whose money is in, and nobody else's to look after. */
  async paid(found: OrderUnits, stage?: string): Promise<Plan> {
    const reserving = await this.reserving(found);
    const { openPayments = [], plan } = orderData(found.order);
    const stages = plan && stagesDue(plan);
    // Two people may tell of the same money: only the stage says that it was another.
    if (stages !== undefined && plan!.stages[stages.from]!.name !== stage) {
      return refuse('stage-mismatch', { due: plan!.stages[stages.from]!.name });
    }
    const { nowMs } = this.#parts.engine.clock();
    return payOrder(found, { captured: true, openPayments, stages, nowMs, reserving });
  }

  /** What taking an order's units again needs to know of them. */
  async reserving({ order, units }: OrderUnits): Promise<PaidContext['reserving']> {
    const { sale, addressKey, lines: asked } = orderData(order);
    if (units?.document.state === 'HELD') return notAsked;
    const all = asked ?? (units ? reservationData(units.document).lines : []);
    const lines = all.map(({ pool }) => ({ pool: wholePool(pool) }));
    const known = await this.#parts.reserving(lines);
    const context =
      sale === undefined ? known : await this.#inSale(sale, { lines, addressKey, known });
    return () => context;
  }

  async #inSale(
    name: string,
    { lines, addressKey, known }: InSale,
  ): Promise<ReserveContext | Refused> {
    const sale = await this.#sales.selling(name, { again: true });
    if ('ok' in sale) return sale;
    const pools = new Set(lines.map(({ pool }) => pool));
    const preSold = sale.items.filter(({ pre }) => pre !== undefined && pools.has(pre));
    const soldOut = new Set(preSold.map(({ pool }) => pool));
    const reserving = this.#sales.reservingIn(sale, { lines, addressKey, soldOut }, known);
    return 'ok' in reserving ? reserving : { ...reserving, guards: [saleGuard(sale)] };
  }
}

interface InSale {
  lines: readonly Pick<LineCommand, 'pool'>[];
  addressKey: string | undefined;
  known: ReserveContext;
}

function notAsked(): never {
  throw new Error('units that are held are not taken again');
}
