// How an order in a sale is planned: of pools that only the sale sells, while it is open, and within its limits.

import type { Guard, PoolId } from '../engines/contract.ts';
import { checkout } from '../kernel/checkout.ts';
import { joined } from '../kernel/joined.ts';
import { notAdmitted } from '../kernel/order-pass.ts';
import { type Plan, planned } from '../kernel/plan.ts';
import { asPreSold, saidPreSold } from '../kernel/pre-sale.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import { type Sale, saleGuard } from '../kernel/sale.ts';
import type { VoucherUse } from '../kernel/voucher.ts';
import type { StockParts } from '../stock/parts.ts';
import { contextOf, type Planning } from './checkout-planning.ts';
import type { OrderInProgress } from './order-in-progress.ts';
import type { SaleDirectory } from './sale-directory.ts';

const NO_POOLS: ReadonlySet<PoolId> = new Set();

export interface InSaleParts {
  parts: Pick<StockParts, 'reserving'>;
  inProgress: OrderInProgress;
  sales: SaleDirectory;
}

/** What a plan in a sale is made of, beside the sale. */
interface Selling {
  planning: Planning;
  vouchers: readonly VoucherUse[];
  known: ReserveContext;
}

export class CheckoutInSale {
  readonly #its: InSaleParts;

  constructor(its: InSaleParts) {
    this.#its = its;
  }

  plan(planning: Planning, vouchers: readonly VoucherUse[]): Plan | Promise<Plan> {
    const { asking, again, soldOut = NO_POOLS } = planning;
    const plan = (sale: Sale | Refused): Plan | Promise<Plan> => {
      if ('ok' in sale) return sale;
      const outside = notAdmitted(sale, planning.command);
      if (outside !== undefined) return outside;
      const isPreSold = soldOut.size > 0;
      if (isPreSold && sale.whenSoldOut?.do !== 'pre-sale') return refuse('insufficient-stock');
      const asked = isPreSold
        ? { ...planning, command: asPreSold(sale, planning.command, soldOut) }
        : planning;
      const reserving = this.#its.parts.reserving(asked.command.lines, asking);
      const sell = (known: ReserveContext) =>
        this.#sell(sale, { planning: asked, vouchers, known });
      return reserving instanceof Promise ? reserving.then(sell) : sell(reserving);
    };
    const sale = this.#its.sales.selling(planning.command.sale!, { again });
    return sale instanceof Promise ? sale.then(plan) : plan(sale);
  }

  #sell(sale: Sale, { planning, vouchers, known }: Selling): Plan | Promise<Plan> {
    const { sales, inProgress } = this.#its;
    const { command, superseding, soldOut = NO_POOLS } = planning;
    const { lines, addressKey } = command;
    const reserving = sales.reservingIn(sale, { lines, addressKey, soldOut }, known);
    if ('ok' in reserving) return reserving;
    const context = contextOf(planning, reserving, inProgress);
    const made = checkout(command, { ...context, vouchers });
    if (!made.ok) return made;
    const { transaction } = made;
    transaction.guards = joined<Guard>([saleGuard(sale)], transaction.guards ?? []);
    const plan = soldOut.size > 0 ? planned(saidPreSold(sale, transaction)) : made;
    if (superseding === undefined) return plan;
    return inProgress.inPlaceOf(superseding, plan);
  }
}
